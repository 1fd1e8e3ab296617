using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture]
public sealed class SpectralLinearTests
{
    [Test]
    public void Power_iterations_find_the_largest_singular_value_and_its_derivative([Values] bool planned)
    {
        var layer = new SpectralLinear(5, 7, bias: false);
        var parameters = new ParameterSet(layer, Key.FromSeed(3), dtype: DType.F64);
        var generator = new Generator(Key.FromSeed(4));
        Tensor x = generator.Normal([6, 5], DType.F64).Keep();
        if (planned)
        {
            Plan plan = Plan.Record(() => layer.Forward(x));
            for (int i = 0; i < 400; i++) plan.Run();
        }
        else
        {
            for (int i = 0; i < 400; i++) layer.Forward(x);
        }

        layer.Training = false;
        Tensor weight = layer.Weight.Value.Detach().Clone().Variable();
        Tensor largest = weight.Svd().S.Slice(-1, 0, 1), expected = x.MatMul((weight / largest).Transpose()), y = layer.Forward(x);
        Assert.That(y.Read<double>(), Is.EqualTo(expected.Read<double>()).Within(1e-9));

        double[] found = Autodiff.Gradient(y.Square().Sum(), parameters.Values[0]).Read<double>();
        Assert.That(found, Is.EqualTo(Autodiff.Gradient(expected.Square().Sum(), weight).Read<double>()).Within(1e-8));
    }

    [Test]
    public void The_vector_is_saved_with_the_model_and_used_alone_outside_of_training()
    {
        var layer = new SpectralLinear(3, 4);
        _ = new ParameterSet(layer, Key.FromSeed(0));
        Assert.That(layer.NamedBuffers.Select(static pair => pair.Name), Is.EqualTo(new[] { "weight_u" }));
        Tensor x = Tensor.Ones([2, 3]);
        float[] before = layer.Left.Value.Read<float>();
        layer.Training = false;
        layer.Forward(x);
        Assert.That(layer.Left.Value.Read<float>(), Is.EqualTo(before));
        layer.Training = true;
        layer.Forward(x);
        Assert.That(layer.Left.Value.Read<float>(), Is.Not.EqualTo(before));
        Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones([2, 4])));
    }
}
