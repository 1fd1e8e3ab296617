using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>What the passes of a plan do to a recorded step: what they merge, take out, chain and place; and that replays keep the bits of the ops one by one.</summary>
[TestFixture]
[NonParallelizable]
public sealed class PlanPassTests
{
    static readonly Func<Tensor, Tensor, Tensor>[] Binaries =
    [
        static (x, y) => x + y, static (x, y) => x - y, static (x, y) => x * y, static (x, y) => TensorMath.Maximum(x, y),
        static (x, y) => TensorMath.Where(x.Greater(y), x, y * 0.5), static (x, y) => x.LessOrEqual(y).To(x.DType) + x,
    ];

    static readonly Func<Tensor, Tensor>[] Unaries =
    [
        static x => x.Tanh(), static x => x.Sigmoid(), static x => x.Affine(-0.5, 0.25), static x => x.Relu(), static x => x.Square().Affine(0.25, 0), static x => x.Abs(),
        static x => x * Tensor.Full(x.Shape, 0.75, x.DType), static x => x.Reshape([x.Count]).Flip(0).Reshape(x.Shape), static x => x - x.Mean(),
        static x => x - x.Max(-1, keepAxes: true), static x => x.Clone() * x.Clone(), static x => x.To(x.DType == DType.F32 ? DType.F64 : DType.F32).To(x.DType),
    ];

    [Test]
    public void Random_steps_replay_to_the_bits_of_eager_with_writes_in_between_and_any_threads([Range(0, 39)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        int threads = Settings.Threads;
        var shapes = (Shape[])[[37, 10], [3, 5000], [5000, 3], [4, 300, 2], [1, 16], [700, 70]];
        Shape shape = shapes[seed % shapes.Length];
        DType type = seed % 4 == 3 ? DType.F64 : DType.F32;
        try
        {
            Settings.Threads = 1;
            var (eagerState, eager) = Program(seed, shape, type);
            var (plannedState, planned) = Program(seed, shape, type);
            var expected = new List<double[]>();
            for (int i = 0; i < 3; i++) expected.AddRange(eager().Concat(eagerState).Select(OpCaseValues));
            var actual = new List<double[]>();
            Plan? plan = null;
            for (int i = 0; i < 3; i++)
            {
                Settings.Threads = 1 + (i % 2);
                if (plan is null) plan = Plan.Record(planned);
                else plan.Run();
                actual.AddRange(plan.Outputs.ToArray().Concat(plannedState).Select(OpCaseValues));
            }

            for (int i = 0; i < expected.Count; i++)
                Assert.That(actual[i].AsSpan().SequenceEqual(expected[i]), Is.True, () => $"tensor {i} differs; seed {seed}\n{plan!.Describe()}");
        }
        finally
        {
            Settings.Threads = threads;
        }
    }

    // NaN compares unlike itself; these programs make none.
    static double[] OpCaseValues(Tensor tensor) => tensor.Detach().To(DType.F64).Read<double>();

    // States of the shape and of shapes that broadcast to it; a step computes, writes some of them in between, and returns a few results.
    static (Tensor[] State, Func<Tensor[]> Step) Program(int seed, Shape shape, DType type)
    {
        var generator = new Generator(Key.FromSeed(seed));
        Shape row = [shape[-1]], column = shape.With(shape.Rank - 1, 1);
        Tensor[] state = [.. new[] { shape, shape, row, column, Shape.Scalar }.Select(one => generator.Normal(one, type).Keep())];
        return (state, () =>
        {
            var random = new Random(seed);
            var made = new List<Tensor>(state.Take(2));
            var results = new List<Tensor>();
            for (int i = 0; i < 25; i++)
            {
                Tensor x = made[random.Next(made.Count)];
                switch (random.Next(8))
                {
                    case 0: x.Tanh().CopyInto(state[random.Next(2)]); break;
                    case 1: (x * 0.5).Slice(0, 0, 1).Reshape([shape.CountOf(1..)]).Slice(0, 0, shape[-1]).CopyInto(state[2]); break;
                    case 2: results.Add(x); break;
                    case 3 or 4: made.Add(Unaries[random.Next(Unaries.Length)](x)); break;
                    default: made.Add(Binaries[random.Next(Binaries.Length)](x, random.Next(2) == 0 ? made[random.Next(made.Count)] : state[random.Next(5)])); break;
                }
            }

            return [.. results, made[^1]];
        });
    }

    [Test]
    public void The_same_op_on_the_same_numbers_runs_once_unless_they_were_overwritten()
    {
        Tensor x = Tensor.From([1.0, 2, 3]), sum = Tensor.Zeros([3], DType.F64);
        Assert.That(Plan.Record(() => x.Softmax() + x.Softmax().Sum()).Count, Is.EqualTo(3));
        Plan plan = Plan.Record(() =>
        {
            Tensor before = x.Softmax().Sum() + x.Max();
            (x * 2).CopyInto(x);
            return before + x.Max();
        });
        Assert.That(plan.Output.Item(), Is.EqualTo(1 + 3 + 6).Within(1e-15));
        plan.Run();
        Assert.That(plan.Output.Item(), Is.EqualTo(1 + 6 + 12).Within(1e-15));
        var generator = new Generator(Key.FromSeed(1));
        Plan draws = Plan.Record(() => (Tensor[])[generator.Uniform([4]), generator.Uniform([4])]);
        Assert.That(draws.Outputs[0].Read<float>(), Is.Not.EqualTo(draws.Outputs[1].Read<float>()));
    }

    [Test]
    public void Networks_used_twice_replay_to_the_bits_of_eager_whatever_their_widths([Range(0, 11)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        (Func<Tensor> Step, ParameterSet Parameters) Training()
        {
            var random = new Random(seed);
            int[] sizes = [random.Next(1, 5), random.Next(1, 40), random.Next(1, 20), random.Next(1, 3)];
            var network = new Mlp(sizes, Activation.All[seed % Activation.All.Count]);
            var parameters = new ParameterSet(network, Key.FromSeed(seed));
            var optimizer = new Adam(parameters, 1e-2);
            var generator = new Generator(Key.FromSeed(seed));
            return (() =>
            {
                Tensor x = generator.Normal([3, 8, sizes[0]]), y = generator.Normal([24, sizes[0]]);
                Tensor loss = ((network.Forward(x).Reshape([24, sizes[^1]]) - 1) * network.Forward(y)).Mean();
                optimizer.Update(loss);
                return loss;
            }, parameters);
        }

        var (eager, expected) = Training();
        var (planned, actual) = Training();
        Plan plan = Plan.Record(planned);
        for (int i = 0; i < 5; i++)
        {
            if (i > 0) plan.Run();
            Assert.That(plan.Output.Item(), Is.EqualTo(eager().Item()), $"loss of step {i}");
            Assert.That(actual.Flat.Read<float>(), Is.EqualTo(expected.Flat.Read<float>()), $"parameters after step {i}\n{plan.Describe()}");
        }
    }

    [Test]
    public void A_product_of_one_number_is_added_as_a_scalar()
    {
        Tensor x = Tensor.From([1f, 2, 3, 4], [1, 4]), y = Tensor.Scalar(5);
        Plan plan = Plan.Record(() => (x.MatMul(x.Transpose()).Reshape(Shape.Scalar) + y).Relu() * y);
        plan.Run();
        Assert.That(plan.Output.Item(), Is.EqualTo(175));
    }

    [Test]
    public void A_product_finishes_with_the_bias_and_relu_after_it_and_with_the_gate_before_it()
    {
        var network = new Mlp([4, 8, 8, 3], Activation.Relu);
        var parameters = new ParameterSet(network, Key.FromSeed(0));
        Tensor x = new Generator(Key.FromSeed(1)).Normal([2, 5, 4]);
        string text = Plan.Record(() => Autodiff.Gradients(network.Forward(x).Sum(), parameters.Values)).Describe();
        Assert.That(text, Does.Contain("matmul+add+relu").And.Contain("matmul+gate").And.Not.Contain("heaviside"));
        Assert.That(text, Does.Not.Match(" (add|relu|multiply) "));
    }

    [Test]
    public void What_is_the_same_in_every_replay_is_computed_once()
    {
        Tensor x = Tensor.From([1f, 2, 3]);
        Plan plan = Plan.Record(() => x.Unsqueeze(1) + Tensor.Range(4).To(DType.F32).Exp() + Tensor.Full([3, 4], 2).Sum());
        Assert.That(plan.Count, Is.EqualTo(1), plan.Describe());
        x.Write<float>([4, 5, 6]);
        plan.Run();
        Assert.That(plan.Output.Read<float>()[0], Is.EqualTo(4 + 1 + 24));
    }

    [Test]
    public void Constants_made_inside_an_inner_iteration_outlive_it()
    {
        Tensor x = Tensor.From([1f, 2, 3]);
        Plan plan = Plan.Record(() =>
        {
            using var step = Step.Begin();
            return (x + Tensor.Range(3).To(DType.F32)).Keep();
        });
        using (Step.Begin()) _ = Tensor.Full([1000], 9);
        plan.Run();
        Assert.That(plan.Output.Read<float>(), Is.EqualTo(new float[] { 1, 3, 5 }));
    }

    [Test]
    public void Pointwise_ops_over_the_same_elements_are_one_kernel_and_pass_nothing_through_memory()
    {
        Tensor x = Tensor.Ones([64, 100]), bias = Tensor.Range(100, dtype: DType.F32), scale = Tensor.Full([64, 1], 0.5);
        Plan plan = Plan.Record(() => ((x + bias).Tanh() * scale).Square() - 1);
        Assert.That(plan.Count, Is.EqualTo(1), plan.Describe());
        Assert.That(plan.ArenaBytes, Is.LessThan(2 * 64 * 100 * 4));
        Assert.That(plan.Output.Read<float>()[150], Is.EqualTo(MathF.Pow(0.5f * MathF.Tanh(51), 2) - 1).Within(1e-6));
    }

    [Test]
    public void Gradients_are_computed_where_the_optimiser_reads_them()
    {
        var network = new Mlp([3, 8, 2], Activation.Relu);
        var parameters = new ParameterSet(network, Key.FromSeed(0));
        var optimizer = new Adam(parameters, 1e-2);
        Tensor x = new Generator(Key.FromSeed(1)).Normal([5, 3]);
        Plan plan = Plan.Record(() =>
        {
            Tensor loss = network.Forward(x).Square().Mean();
            optimizer.Update(loss);
            return loss;
        });
        Assert.That(plan.Describe(), Does.Not.Contain("pack"));
        int version = optimizer.Gradient.Storage.Version;
        plan.Run();
        Assert.That(optimizer.Gradient.Storage.Version, Is.GreaterThan(version), "a replay counts as a write to the gradient");
        Assert.That(optimizer.Gradient.Read<float>(), Has.Some.Not.Zero);
    }

    [Test]
    public void A_gradient_that_the_step_returns_too_is_packed_by_a_copy()
    {
        var network = new Linear(3, 2);
        var parameters = new ParameterSet(network, Key.FromSeed(0));
        var optimizer = new Sgd(parameters, 1e-2);
        Tensor x = new Generator(Key.FromSeed(1)).Normal([5, 3]);
        Plan plan = Plan.Record(() =>
        {
            Tensor[] gradients = Autodiff.Gradients(network.Forward(x).Square().Mean(), parameters.Values);
            optimizer.Update(gradients);
            return gradients;
        });
        plan.Run();
        Assert.That(plan.Describe(), Does.Contain("pack"));
        Assert.That(optimizer.Gradient.Read<float>()[..6], Is.EqualTo(plan.Outputs[0].Read<float>()));
    }

    [Test]
    public void A_plan_of_tensors_of_an_iteration_ends_with_it()
    {
        Plan plan;
        using (Step.Begin())
        {
            Tensor x = Tensor.From([1f, 2, 3]);
            plan = Plan.Record(() => x * 2);
            plan.Run();
        }

        Assert.That(plan.Run, Throws.TypeOf<LifetimeException>());
    }
}
