using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class LayerTests
{
    static TModule Made<TModule>(TModule module, DType dtype = DType.F64) where TModule : Module
    {
        _ = new ParameterSet(module, Key.FromSeed(5), dtype);
        return module;
    }

    [Test]
    public void Linear_is_x_times_the_transposed_weight_plus_bias()
    {
        Linear layer = Made(new Linear(3, 2));
        layer.Weight.Value.Write<double>([1, 2, 3, 4, 5, 6]);
        layer.Bias!.Value.Write<double>([0.5, -0.5]);
        Tensor x = Tensor.From<double>([1, 0, -1, 2, 1, 0], [2, 1, 3]);
        Tensor y = layer.Forward(x);
        Assert.That(y.Shape, Is.EqualTo(Shape.Create([2, 1, 2])));
        Assert.That(y.Read<double>(), Is.EqualTo(new[] { -1.5, -2.5, 4.5, 12.5 }));
        Assert.That(() => layer.Forward(Tensor.Ones([2, 2], DType.F64)), Throws.TypeOf<ShapeException>().With.Message.Contains("does not end in 3"));
    }

    [Test]
    public void Gradients_of_an_mlp_agree_with_finite_differences([Values("tanh", "silu", "softplus")] string activation)
    {
        var model = new Mlp([3, 4, 2], Activation.Parse(activation));
        var set = new ParameterSet(model, Key.FromSeed(Seeds.Fresh()), DType.F64);
        Tensor x = new Generator(Key.FromSeed(1)).Normal([5, 3], DType.F64);
        Tensor Loss() => model.Forward(x).Square().Sum();
        Tensor[] gradients = Autodiff.Gradients(Loss(), set.Values);
        const double Width = 1e-5;
        for (int i = 0; i < gradients.Length; i++)
        {
            Tensor value = set.Values[i].Detach();
            double[] own = value.Read<double>(), slope = gradients[i].Read<double>();
            for (int j = 0; j < own.Length; j++)
            {
                double[] moved = [.. own];
                moved[j] = own[j] + Width;
                value.Write<double>(moved);
                double above = Loss().Item();
                moved[j] = own[j] - Width;
                value.Write<double>(moved);
                double below = Loss().Item();
                value.Write<double>(own);
                Assert.That(slope[j], Is.EqualTo((above - below) / (2 * Width)).Within(1e-7 * (1 + Math.Abs(slope[j]))));
            }
        }
    }

    [Test]
    public void An_mlp_applies_the_activation_between_and_the_output_activation_after()
    {
        Mlp model = Made(new Mlp([2, 2, 1], Activation.Relu, Activation.Sigmoid, Initializers.Ones, Initializers.Constant(-1)));
        double[] y = model.Forward(Tensor.From<double>([0.25, 0.25, 2, 3], [2, 2])).Read<double>();
        Assert.That(y[0], Is.EqualTo(1 / (1 + Math.E)).Within(1e-15));
        Assert.That(y[1], Is.EqualTo(1 / (1 + Math.Exp(-7))).Within(1e-15));
        Assert.That(() => new Mlp([2], Activation.Relu), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void Embedding_selects_rows_and_adds_up_gradients_of_repeated_ones()
    {
        Embedding layer = Made(new Embedding(4, 2));
        double[] table = layer.Weight.Value.Read<double>();
        Tensor rows = layer.Forward(Tensor.From<long>([3, 0, 3, 3], [2, 2]));
        Assert.That(rows.Shape, Is.EqualTo(Shape.Create([2, 2, 2])));
        Assert.That(rows.Read<double>(), Is.EqualTo(new[] { table[6], table[7], table[0], table[1], table[6], table[7], table[6], table[7] }));
        Tensor weights = Tensor.From<double>([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
        double[] gradient = Autodiff.Gradient((rows * weights).Sum(), layer.Weight.Value).Read<double>();
        Assert.That(gradient, Is.EqualTo(new double[] { 3, 4, 0, 0, 0, 0, 13, 16 }));
        Assert.That(() => layer.Forward(Tensor.From<long>([4])), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void HotLinear_is_the_linear_layer_of_the_rows_that_its_indices_stand_for([Values] bool bias)
    {
        HotLinear layer = Made(new HotLinear(6, 19, bias));
        Tensor indices = Tensor.From<long>([0, 5, -1, 2, 2, 3, 1, 0, 4, -1, -1, -1], [2, 2, 3]);
        Tensor hot = indices.OneHot(6, DType.F64).Sum(-2);
        Tensor expected = hot.Reshape([4, 6]).MatMul(layer.Weight.Value);
        if (layer.Bias is not null) expected += layer.Bias.Value;
        Tensor actual = layer.Forward(indices);
        Assert.That(actual.Shape, Is.EqualTo(Shape.Create([2, 2, 19])));
        Assert.That(actual.Read<double>(), Is.EqualTo(expected.Read<double>()).Within(1e-15));

        Tensor weights = Tensor.Range(4 * 19).To(DType.F64);
        double[] Gradient(Tensor y) => Autodiff.Gradient((y.Reshape([4 * 19]) * weights).Sum(), layer.Weight.Value, keepGraph: true).Read<double>();
        Assert.That(Gradient(actual), Is.EqualTo(Gradient(expected)).Within(1e-12));
        Assert.That(() => layer.Forward(Tensor.From<long>([6])), Throws.TypeOf<ShapeException>().With.Message.Contains("gather_sum"));
        Assert.That(() => layer.Forward(Tensor.From<long>([-2])), Throws.TypeOf<ShapeException>().With.Message.Contains("-1 for none"));
        Assert.That(() => layer.Forward(Tensor.Scalar(1, DType.I64)), Throws.TypeOf<ShapeException>());
        Assert.That(() => layer.Forward(Tensor.Ones([2])), Throws.TypeOf<DTypeException>());
    }

    [Test]
    public void Gradients_of_hot_rows_have_the_same_bits_for_any_number_of_threads()
    {
        int seed = Seeds.Fresh();
        var generator = new Generator(Key.FromSeed(seed));
        Tensor indices = generator.Integers([300, 8], -1, 40), table = generator.Normal([40, 300]), x = generator.Normal([300, 300]);
        int threads = Workers.Threads;
        try
        {
            Workers.Threads = 1;
            float[] sums = table.GatherSum(indices).Read<float>(), places = x.ScatterSum(indices, 40).Read<float>();
            Workers.Threads = 3;
            Assert.That(table.GatherSum(indices).Read<float>(), Is.EqualTo(sums));
            Assert.That(x.ScatterSum(indices, 40).Read<float>(), Is.EqualTo(places));

            // A table of more rows than indices is shared by rows, not by columns.
            float[] large = x.ScatterSum(indices, 3000).Read<float>();
            Assert.That(large[..places.Length], Is.EqualTo(places));
            Assert.That(large[places.Length..], Is.All.Zero);
        }
        finally
        {
            Workers.Threads = threads;
        }
    }

    [Test]
    public void Dropout_keeps_the_mean_while_training_and_is_the_identity_otherwise()
    {
        int seed = Seeds.Fresh();
        var layer = new Dropout(0.25, new Generator(Key.FromSeed(seed)));
        Tensor x = Tensor.Ones([100, 400], DType.F64);
        double[] y = layer.Forward(x).Read<double>();
        Assert.That(y, Has.All.EqualTo(0).Or.EqualTo(1 / 0.75).Within(1e-15));

        // 40,000 draws: five standard deviations of the share of zeros are 0.011.
        Assert.That(y.Count(static value => value == 0) / 40000.0, Is.EqualTo(0.25).Within(0.011));
        Assert.That(layer.Forward(x).Read<double>(), Is.Not.EqualTo(y), "each call draws a new mask");
        new Composite(("dropout", layer)).Training = false;
        Assert.That(layer.Forward(x), Is.SameAs(x));
        Assert.That(() => new Dropout(1, new Generator(Key.FromSeed(seed))), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void Dropout_draws_new_masks_in_every_replay_of_a_plan()
    {
        var layer = new Dropout(0.5, new Generator(Key.FromSeed(Seeds.Fresh())));
        Tensor x = Tensor.Ones([200]);
        Plan plan = Plan.Record(() => layer.Forward(x));
        float[] first = plan.Output.Read<float>();
        plan.Run();
        Assert.That(plan.Output.Read<float>(), Is.Not.EqualTo(first));
    }

    [Test]
    public void Norms_normalise_rows_then_scale()
    {
        LayerNorm layer = Made(new LayerNorm(3, 0));
        layer.Weight.Value.Write<double>([1, 2, 3]);
        layer.Bias.Value.Write<double>([0, 0, 1]);
        RmsNorm rms = Made(new RmsNorm(3, 0));
        rms.Weight.Value.Write<double>([1, 2, 3]);
        Tensor x = Tensor.From<double>([1, 2, 3], [1, 3]);
        double deviation = Math.Sqrt(2.0 / 3), root = Math.Sqrt(14.0 / 3);
        Assert.That(layer.Forward(x).Read<double>(), Is.EqualTo(new[] { -1 / deviation, 0, (3 / deviation) + 1 }).Within(1e-14));
        Assert.That(rms.Forward(x).Read<double>(), Is.EqualTo(new[] { 1 / root, 4 / root, 9 / root }).Within(1e-14));
        Assert.That(() => layer.Forward(Tensor.Ones([3, 1], DType.F64)), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Training_reaches_every_module_within()
    {
        var inner = new Linear(1, 1);
        var model = new Sequential(new Sequential(inner));
        Assert.That(inner.Training, Is.True);
        model.Training = false;
        Assert.That(inner.Training, Is.False);
    }

    [Test]
    public void Activations_are_found_by_name_and_unknown_names_are_answered_with_the_list()
    {
        foreach (Activation activation in Activation.All) Assert.That(Activation.Parse(activation.Name), Is.SameAs(activation));
        Assert.That(() => Activation.Parse("rely"), Throws.TypeOf<SettingException>().With.Message.Contains("relu, leaky_relu"));
    }
}
