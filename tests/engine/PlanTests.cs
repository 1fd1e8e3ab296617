using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Recorded steps: what they forbid, what they drop, what they allocate, what they go on with.</summary>
[TestFixture]
public sealed class PlanTests
{
    static IEnumerable<TestCaseData> Forbidden
    {
        get
        {
            static TestCaseData Case(string name, Action<Tensor> action) => new TestCaseData(action).SetArgDisplayNames(name);
            yield return Case("Item", x => x.Sum().Item());
            yield return Case("Read", x => x.Read<double>());
            yield return Case("Read into a span", x => x.Read(new double[3].AsSpan()));
            yield return Case("AsSpan", x => x.AsSpan<double>());
            yield return Case("Write", x => x.Write<double>([1, 2, 3]));
            yield return Case("Write a scalar", x => x[0].Write(2));
            yield return Case("From", _ => Tensor.From([1.0]));
            yield return Case("a new generator", x => x.Add(new Generator(Key.FromSeed(1)).State));
            yield return Case("a recording inside", x => Plan.Record(() => x + 1));
        }
    }

    [TestCaseSource(nameof(Forbidden))]
    public void What_a_replay_could_not_repeat_is_an_error_inside_a_recorded_step(Action<Tensor> action)
    {
        Tensor x = Tensor.From([1.0, 2, 3]);
        PlanException error = Assert.Throws<PlanException>(() => Plan.Record(() => action(x)))!;
        Assert.That(error.Message, Does.Not.Contain("\n"));
        Assert.That(Plan.Record(() => x + 1).Output.Read<double>(), Is.EqualTo(new double[] { 2, 3, 4 }), "the failed recording has ended");
    }

    [Test]
    public void A_replay_allocates_nothing()
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 64).Select(i => i / 64f)], [8, 8]), w = Tensor.Full([8, 8], 0.1), targets = Tensor.Range(8), state = Tensor.Zeros([8, 8]);
        var generator = new Generator(Key.FromSeed(3));
        Plan plan = Plan.Record(() =>
        {
            Tensor variable = w.Variable(), noise = generator.Normal([8, 8]) * 0.01, batch = x.Select(0, generator.Permutation(8)) + noise;
            Tensor hidden = TensorMath.Concat([batch.MatMul(variable).Tanh(), batch.Transpose().Softmax()], 1).LayerNorm();
            Tensor loss = hidden.Slice(1, 0, 8).CrossEntropy(targets).Mean() + TensorMath.Where(batch.Greater(0.5), batch, batch.Square()).Max() + batch.Gelu().LogSumExp(0).Sum();
            Tensor gradient = Autodiff.Gradient(loss, variable);
            (state * 0.9 + gradient).CopyInto(state);
            (w - state * 0.01).CopyInto(w);
            generator.Categorical(hidden);
            return loss;
        });
        for (int i = 0; i < 10; i++) plan.Run();
        Assert.That(Allocation.Of(plan.Run), Is.Zero);
        Assert.That(plan.Output.Item(), Is.Not.NaN);
    }

    [Test]
    public void Kernels_that_nothing_needs_are_dropped_and_those_with_effects_are_not()
    {
        Tensor x = Tensor.From([1.0, 2, 3]), target = Tensor.Zeros([3], DType.F64);
        var generator = new Generator(Key.FromSeed(1));
        Plan plan = Plan.Record(() =>
        {
            _ = x.Exp().Sin();
            generator.Uniform([4]);
            (x * 2).CopyInto(target);
            return x + 1;
        });
        string text = plan.Describe();
        Assert.That(text, Does.Not.Contain("exp ").And.Not.Contain("sin ").And.Not.Contain("random_uniform"));
        Assert.That(plan.Count, Is.EqualTo(4), text);
        plan.Run();
        Assert.That(generator.State.Read<long>()[1], Is.EqualTo(2), "a stream goes on although its numbers were not used");
        Assert.That(target.Read<double>(), Is.EqualTo(new double[] { 2, 4, 6 }));
    }

    [Test]
    public void Temporaries_share_memory_when_their_lifetimes_do_not_touch()
    {
        Tensor x = Tensor.Ones([1000], DType.F64);
        Plan plan = Plan.Record(() =>
        {
            Tensor y = x;
            for (int i = 0; i < 20; i++) y = y.Sin();
            return y;
        });
        Assert.That(plan.ArenaBytes, Is.LessThanOrEqualTo(3 * 8064));
        plan.Run();
        double expected = 1;
        for (int i = 0; i < 20; i++) expected = Math.Sin(expected);
        Assert.That(plan.Output[5].Item(), Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void A_step_may_return_its_input_a_view_or_the_same_tensor_twice()
    {
        Tensor x = Tensor.From([1.0, 2, 3, 4]);
        Plan plan = Plan.Record(() =>
        {
            Tensor y = x * 2;
            return (Tensor[])[x, y.Flip(0), y, y.Slice(0, 1, 3)];
        });
        x.Write<double>([5, 6, 7, 8]);
        plan.Run();
        Assert.That(plan.Outputs[0].Read<double>(), Is.EqualTo(new double[] { 5, 6, 7, 8 }));
        Assert.That(plan.Outputs[1].Read<double>(), Is.EqualTo(new double[] { 16, 14, 12, 10 }));
        Assert.That(plan.Outputs[2].Read<double>(), Is.EqualTo(new double[] { 10, 12, 14, 16 }));
        Assert.That(plan.Outputs[3].Read<double>(), Is.EqualTo(new double[] { 12, 14 }));
    }

    [Test]
    public void Kept_tensors_are_refreshed_by_every_replay()
    {
        Tensor x = Tensor.From([1.0, 2]);
        Tensor? kept = null;
        Plan plan = Plan.Record(() => { kept = (x + 1).Keep(); });
        x.Write<double>([10, 20]);
        plan.Run();
        Assert.That(kept!.Read<double>(), Is.EqualTo(new double[] { 11, 21 }));
        Assert.That(() => plan.Output, Throws.TypeOf<PlanException>());
    }

    [Test]
    public void A_plan_recorded_inside_a_step_outlives_it()
    {
        Tensor x = Tensor.From([1.0, 2]);
        Plan plan;
        using (Step.Begin()) plan = Plan.Record(() => x.Square() + 1);
        using (Step.Begin()) _ = Tensor.Full([100], 9, DType.F64);
        plan.Run();
        Assert.That(plan.Output.Read<double>(), Is.EqualTo(new double[] { 2, 5 }));
    }

    [Test]
    public void A_step_scope_inside_a_recorded_step_replays()
    {
        Tensor x = Tensor.From([1.0, 2]), sum = Tensor.Zeros([2], DType.F64);
        Plan plan = Plan.Record(() =>
        {
            using var step = Step.Begin();
            (sum + x.Exp().Log()).CopyInto(sum);
        });
        plan.Run();
        Assert.That(sum.Read<double>(), Is.EqualTo(new double[] { 2, 4 }).Within(1e-14));
    }

    [Test]
    public void A_planned_function_records_anew_for_each_shape_and_dtype()
    {
        int recorded = 0;
        var function = new PlannedFunction(x =>
        {
            recorded++;
            return [x[0].Square().Sum(), x[0] * x[1]];
        });
        for (int round = 0; round < 3; round++)
        {
            foreach (int size in (int[])[2, 5])
            {
                Tensor x = Tensor.Full([size], round + 1, DType.F64), scale = Tensor.Scalar(10 * round, DType.F64);
                ReadOnlySpan<Tensor> results = function.Run(x, scale);
                Assert.That(results[0].Item(), Is.EqualTo(size * (round + 1) * (round + 1)));
                Assert.That(results[1].Read<double>(), Is.All.EqualTo(10 * round * (round + 1)));
            }
        }

        function.Run(Tensor.Ones([2]), Tensor.Scalar(1));
        Assert.That(function.PlanCount, Is.EqualTo(3));
        Assert.That(recorded, Is.EqualTo(3));
    }

    [Test]
    public void A_training_step_follows_eager_bit_for_bit()
    {
        static (Tensor W, Func<Tensor> Step) Training()
        {
            Tensor w = Tensor.Full([6, 3], 0.2), velocity = Tensor.Zeros([6, 3]);
            var generator = new Generator(Key.FromSeed(9));
            return (w, () =>
            {
                Tensor variable = w.Variable(), batch = generator.Normal([16, 6]);
                Tensor loss = (batch.MatMul(variable).Tanh() - batch.Slice(1, 0, 3)).Square().Mean();
                Tensor gradient = Autodiff.Gradient(loss, variable);
                (velocity * 0.9 + gradient).CopyInto(velocity);
                (w - velocity * 0.1).CopyInto(w);
                return loss;
            });
        }

        var (eagerW, eager) = Training();
        var (plannedW, planned) = Training();
        var losses = new List<double>();
        for (int i = 0; i < 30; i++)
        {
            using var step = Step.Begin();
            losses.Add(eager().Item());
        }

        Plan plan = Plan.Record(planned);
        for (int i = 0; i < 30; i++)
        {
            if (i > 0) plan.Run();
            Assert.That(plan.Output.Item(), Is.EqualTo(losses[i]), $"step {i}");
        }

        Assert.That(plannedW.Read<float>(), Is.EqualTo(eagerW.Read<float>()));
        Assert.That(losses[^1], Is.LessThan(losses[0] / 2));
    }

    [Test]
    public void A_replay_counts_as_a_write_for_derivatives_that_saved_its_results()
    {
        Tensor x = Tensor.From([1.0, 2]);
        Plan plan = Plan.Record(() => x * 2);
        Tensor variable = x.Variable();
        Tensor loss = (plan.Output * variable).Sum();
        plan.Run();
        Assert.That(() => Autodiff.Gradient(loss, variable), Throws.TypeOf<LifetimeException>());
    }
}
