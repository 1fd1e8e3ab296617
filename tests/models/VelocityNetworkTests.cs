using Adjoint.Models;
using Adjoint.Models.FlowMatching;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class VelocityNetworkTests
{
    const int Pixels = 12;

    static readonly Tensor Labels = Tensor.From<long>([0, 1, 2, 1, 0], [5]);

    static (VelocityNetwork Network, Tensor Images) Create(bool isPerturbed)
    {
        var network = new VelocityNetwork(Pixels, 3, 16, 2);
        var parameters = new ParameterSet(network, Key.FromSeed(1));
        var generator = new Generator(Key.FromSeed(2));
        if (isPerturbed) parameters.Flat.Write((parameters.Flat.Detach() + (generator.Normal(parameters.Flat.Shape) * 0.3)).Read<float>());
        return (network, generator.Normal([5, Pixels]));
    }

    [Test]
    public void TheFirstVelocityIsZero()
    {
        var (network, images) = Create(isPerturbed: false);
        Tensor velocity = network.Forward(images, Tensor.From([0f, 0.2f, 0.5f, 0.9f, 1f], [5]), Labels);
        Assert.That(velocity.Shape, Is.EqualTo(images.Shape));
        Assert.That(velocity.Detach().Read<float>(), Is.All.Zero);
    }

    [Test]
    public void VelocitiesDependOnTimeAndLabel()
    {
        var (network, images) = Create(isPerturbed: true);
        float[] At(float time, Tensor labels) => network.Forward(images, Tensor.Full([5], time), labels).Detach().Read<float>();
        Assert.That(At(0.3f, Labels), Is.Not.EqualTo(At(0.6f, Labels)).And.Not.EqualTo(At(0.3f, Tensor.Full([5], network.NoLabel, DType.I64))));
    }

    [Test]
    public void GuidanceMixesTheConditionalAndTheUnconditionalField()
    {
        var (network, images) = Create(isPerturbed: true);
        Tensor zero = Tensor.Zeros([5]);
        float[] conditional = network.Forward(images, zero, Labels).Detach().Read<float>();
        float[] unconditional = network.Forward(images, zero, Tensor.Full([5], network.NoLabel, DType.I64)).Detach().Read<float>();
        float[] start = images.Read<float>();

        // One Euler step from 0 to 1 adds the field itself.
        float[] Field(double guidance)
        {
            using var pause = Autodiff.Pause();
            float[] end = new FlowSampler(network, OdeSolver.Parse("euler", 1, 0), guidance).Draw(images, Labels).Read<float>();
            return [.. end.Select((value, i) => value - start[i])];
        }

        Assert.That(conditional, Is.Not.EqualTo(unconditional).Within(0.01));
        Assert.That(Field(1), Is.EqualTo(conditional).Within(1e-5));
        Assert.That(Field(1 + 1e-12), Is.EqualTo(conditional).Within(1e-5), "the same by both evaluations");
        Assert.That(Field(0), Is.EqualTo(unconditional).Within(1e-5));
        Assert.That(Field(3), Is.EqualTo(conditional.Select((value, i) => unconditional[i] + (3 * (value - unconditional[i])))).Within(1e-4));
    }

    [Test]
    public void TimesBecomeCosinesThenSines()
    {
        double[] embedding = TimeEmbedding.Of(Tensor.From<double>([0.5, 0], [2])).Read<double>();
        Assert.That(embedding[..2], Is.EqualTo((double[])[0.877582562, 0.893693271]).Within(1e-9));
        Assert.That(embedding[128..130], Is.EqualTo((double[])[0.479425539, 0.448678434]).Within(1e-9));
        Assert.That(embedding[TimeEmbedding.Width..(TimeEmbedding.Width + 128)], Is.All.EqualTo(1));
        Assert.That(embedding[(TimeEmbedding.Width + 128)..], Is.All.Zero);
    }
}
