using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Whole training steps on the simulator: draws, optimisers, clipping, averages, recorded and not, against the same steps on the CPU.</summary>
[TestFixture]
[NonParallelizable]
public sealed class DeviceTrainingTests
{
    const int Steps = 4;

    static readonly Func<ParameterSet, WeightAverage?, Optimizer>[] optimizers =
    [
        static (set, average) => new Sgd(set, 0.05) { Clip = new GradientClip(set, 0.5), Average = average },
        static (set, average) => new Sgd(set, 0.05, momentum: 0.9) { Clip = new GradientClip(set, 0.5), Average = average },
        static (set, average) => new Sgd(set, 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01) { Clip = new GradientClip(set, 0.5), Average = average },
        static (set, average) => new Adam(set, 0.02, weightDecay: 0.01) { Clip = new GradientClip(set, 0.5), Average = average },
        static (set, average) => new AdamW(set, 0.02, weightDecay: 0.1) { Clip = new GradientClip(set, 0.5), Average = average },
        static (set, average) => new Lion(set, 0.01, weightDecay: 0.1) { Average = average },
        static (set, average) => new RmsProp(set, 0.01, momentum: 0.5) { Average = average },
        static (set, average) => new RmsProp(set, 0.01, epsilon: 1e-3, centred: true) { Average = average },
        static (set, average) => new Adagrad(set, 0.05) { Average = average },
    ];

    static readonly Func<ParameterSet, WeightAverage?>[] averages = [static _ => null, static set => new ExponentialAverage(set, 0.9), static set => new PowerAverage(set, 0.2)];

    [TestCase(0, 0, DType.F32)]
    [TestCase(0, 1, DType.F64)]
    [TestCase(1, 0, DType.F32)]
    [TestCase(1, 2, DType.F32)]
    [TestCase(2, 0, DType.F32)]
    [TestCase(2, 1, DType.F64)]
    [TestCase(3, 0, DType.F64)]
    [TestCase(3, 2, DType.F64)]
    [TestCase(4, 0, DType.F32)]
    [TestCase(4, 1, DType.F32)]
    [TestCase(5, 0, DType.F64)]
    [TestCase(6, 1, DType.F64)]
    [TestCase(7, 0, DType.F64)]
    [TestCase(8, 2, DType.F64)]
    public void Training_gives_the_losses_and_parameters_of_the_cpu(int optimizer, int average, DType dtype)
    {
        double tolerance = dtype == DType.F32 ? 2e-5 : 1e-12;
        double[][] expected = Train(optimizers[optimizer], averages[average], dtype, planned: false);
        using var _ = SimulatorBackend.Use();
        foreach (bool planned in (bool[])[false, true])
        {
            double[][] actual = Train(optimizers[optimizer], averages[average], dtype, planned);
            for (int i = 0; i < expected.Length; i++)
                Assert.That(actual[i], Is.EqualTo(expected[i]).Within(tolerance), planned ? "planned" : "eager");
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void An_average_in_the_pass_of_the_optimiser_has_the_bits_of_one_that_is_called(int optimizer)
    {
        using var _ = SimulatorBackend.Use();
        double[][] attached = Train(optimizers[optimizer], averages[2], DType.F32, planned: false);
        double[][] called = Train(optimizers[optimizer], averages[2], DType.F32, planned: false, attached: false);
        Assert.That(attached, Is.EqualTo(called));
    }

    // Losses of each step, parameters and their average, if there is one, at the end.
    static double[][] Train(Func<ParameterSet, WeightAverage?, Optimizer> make, Func<ParameterSet, WeightAverage?> makeAverage, DType dtype, bool planned, bool attached = true)
    {
        var generator = new Generator(new Key(5));
        var model = new Mlp([3, 8, 2], Activation.Tanh);
        var set = new ParameterSet(model, new Key(7), dtype);
        WeightAverage? average = makeAverage(set);
        Optimizer optimizer = make(set, attached ? average : null);
        var losses = new List<double>();
        Tensor Step()
        {
            Tensor x = generator.Normal([6, 3], dtype), target = x.Slice(1, 0, 2).Sin();
            Tensor loss = (model.Forward(x) - target).Square().Mean();
            optimizer.Update(loss);
            if (!attached) average?.Update();
            return loss;
        }

        if (planned)
        {
            Plan plan = Plan.Record(Step);
            losses.Add(plan.Output.Item());
            for (int i = 1; i < Steps; i++)
            {
                plan.Run();
                losses.Add(plan.Output.Item());
            }
        }
        else
        {
            for (int i = 0; i < Steps; i++)
            {
                using var step = Adjoint.Step.Begin();
                losses.Add(Step().Item());
            }
        }

        return [[.. losses], Ops.OpCase.Read(set.Flat), average is null ? [] : Ops.OpCase.Read(average.Average)];
    }

    [Test]
    public void Draws_have_the_bits_of_the_cpu()
    {
        Tensor[] expected = Draw();
        using var _ = SimulatorBackend.Use();
        Tensor[] actual = Draw();
        for (int i = 0; i < expected.Length; i++) Assert.That(Ops.OpCase.Read(actual[i]), Is.EqualTo(Ops.OpCase.Read(expected[i])), $"draw {i}");
    }

    static Tensor[] Draw()
    {
        var generator = new Generator(new Key(11));
        Tensor logits = Tensor.From(new[,] { { 0.1, 2, -1 }, { double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity }, { 3, 1, 2 } });
        return
        [
            generator.Uniform([7]), generator.Uniform([5], DType.F64), generator.Normal([9]), generator.Normal([3], DType.F64), generator.Gumbel([6]), generator.Gumbel([5], DType.F64),
            generator.Integers([11], -3, 9), generator.Integers([5], 0, 1000, DType.I32), generator.Bernoulli([13], 0.3), generator.Bernoulli([5], 1), generator.Permutation(17), generator.Permutation(0),
            generator.Categorical(logits), generator.Categorical(logits.To(DType.F32)), generator.State,
        ];
    }

    [Test]
    public void An_average_swaps_with_the_parameters()
    {
        using var _ = SimulatorBackend.Use();
        var set = new ParameterSet(new Mlp([2, 3, 1], Activation.Tanh), new Key(1));
        var average = new PowerAverage(set, 0.1);
        float[] before = set.Flat.Read<float>();
        average.Average.Write<float>(Array.ConvertAll(before, static x => x + 1));
        using (average.Swap()) Assert.That(set.Flat.Read<float>(), Is.EqualTo(Array.ConvertAll(before, static x => x + 1)));
        Assert.That(set.Flat.Read<float>(), Is.EqualTo(before));
    }

    [Test]
    public void An_index_out_of_range_is_an_error_at_the_next_read()
    {
        using var _ = SimulatorBackend.Use();
        Tensor x = Tensor.From([1f, 2, 3]), good = Tensor.From([0L, 2]), bad = Tensor.From([1L, 0, 3]);
        Tensor selected = x.Select(0, bad);
        Assert.That(() => selected.Read<float>(), Throws.TypeOf<ShapeException>().With.Message.Contains("select: indices[2] is outside 0..2"));
        Assert.That(x.Select(0, good).Read<float>(), Is.EqualTo(new float[] { 1, 3 }), "the error is told once");
        Assert.That(() => x.Unsqueeze(1).GatherSum(Tensor.From(new long[,] { { -2 } })).Read<float>(), Throws.TypeOf<ShapeException>().With.Message.Contains("gather_sum: indices[0] is outside -1..2"));

        Tensor indices = good.Keep();
        Plan plan = Plan.Record(() => x.Select(0, indices));
        indices.Write<long>([5, 0]);
        plan.Run();
        Assert.That(() => plan.Output.Read<float>(), Throws.TypeOf<ShapeException>().With.Message.Contains("select: indices[0]"));
        indices.Write<long>([1, 1]);
        plan.Run();
        Assert.That(plan.Output.Read<float>(), Is.EqualTo(new float[] { 2, 2 }));
    }

    [Test]
    public void Tensors_move_between_devices_with_their_derivatives()
    {
        Tensor x = Tensor.From([1.0, 2, 3]).Variable();
        Tensor there = x.To(SimulatorBackend.Device);
        Tensor y = (there * there).Slice(0, 0, 3, 2).To(Adjoint.Device.Cpu);
        Assert.That(there.Device, Is.EqualTo(SimulatorBackend.Device));
        Assert.That(y.Read<double>(), Is.EqualTo(new double[] { 1, 9 }));
        Assert.That(Autodiff.Vjp([y], [x], [y.OnesLike()])[0].Read<double>(), Is.EqualTo(new double[] { 2, 0, 6 }));
        Assert.That(Autodiff.Jvp([y], [x], [x.OnesLike()])[0].Read<double>(), Is.EqualTo(new double[] { 2, 6 }));
        Assert.That(() => x + there, Throws.TypeOf<DeviceException>().With.Message.Contains("cpu and on simulator"));
    }

    [Test]
    public void A_plan_over_two_devices_repeats_what_crosses_between_them()
    {
        Tensor x = Tensor.From([1.0, 2, 3]);
        Plan plan = Plan.Record(() => (x.To(SimulatorBackend.Device) + 1).Exp().To(Adjoint.Device.Cpu) * 2);
        x.Write<double>([0, -1, 1]);
        plan.Run();
        Assert.That(plan.Output.Read<double>(), Is.EqualTo(new[] { 2 * Math.E, 2, 2 * Math.Exp(2) }).Within(1e-14));
    }

    [Test]
    public void A_tensor_of_a_step_is_refused_after_it()
    {
        using var _ = SimulatorBackend.Use();
        Tensor inside, kept;
        using (Step.Begin())
        {
            inside = Tensor.From([1f, 2]) + 1;
            kept = inside.Keep();
        }

        Assert.That(() => inside.Read<float>(), Throws.TypeOf<LifetimeException>());
        Assert.That(kept.Read<float>(), Is.EqualTo(new float[] { 2, 3 }));
    }

    [Test]
    public void A_function_is_recorded_once_a_shape_on_the_device()
    {
        using var _ = SimulatorBackend.Use();
        var function = new PlannedFunction(static x => [x[0].Square().Sum()]);
        Assert.That(function.Run(Tensor.From([1f, 2]))[0].Item(), Is.EqualTo(5));
        Assert.That(function.Run(Tensor.From([3f, 4]))[0].Item(), Is.EqualTo(25));
        Assert.That(function.PlanCount, Is.EqualTo(1));
    }
}
