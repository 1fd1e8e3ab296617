using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Masks and steps of environments, on the CPU and on the simulator.</summary>
[TestFixture]
[NonParallelizable]
public sealed class EnvironmentTests
{
    static readonly Corridor corridor = new(4);

    [Test]
    public void Masks_and_steps_follow_the_rules_of_a_corridor_on_every_device([Values] bool simulated)
    {
        using IDisposable? device = simulated ? SimulatorBackend.Use() : null;
        Tensor states = Tensor.From<long>([0, 1, 3, 2, 3], [5, 1]), actions = Tensor.From<long>([0, 1, 1, 0, -1]), back = Tensor.From<long>([-1, 0, 0, 0, -1]);
        Tensor[] Run()
        {
            (Tensor next, Tensor ways) = corridor.Step(states, actions);
            (Tensor before, Tensor taken) = corridor.StepBack(states, back);
            return [corridor.AllowedActions(states), corridor.AllowedBack(states), next, ways, before, taken];
        }

        Tensor[] eager = Run();
        Plan plan = Plan.Record(Run);
        plan.Run();
        Tensor[] replayed = plan.Outputs.ToArray();
        foreach (Tensor[] found in (Tensor[][])[eager, replayed])
        {
            Assert.That(found[0].Read<bool>(), Is.EqualTo(new[] { true, true, true, true, false, true, true, true, false, true }));
            Assert.That(found[1].Read<bool>(), Is.EqualTo(new[] { false, true, true, true, true }));
            Assert.That(found[2].Read<long>(), Is.EqualTo(new long[] { 1, 1, 3, 3, 3 }), "states behind actions");
            Assert.That(found[3].Read<long>(), Is.EqualTo(new long[] { 0, -1, -1, 0, -1 }), "ways back");
            Assert.That(found[4].Read<long>(), Is.EqualTo(new long[] { 0, 0, 2, 1, 3 }), "parents");
            Assert.That(found[5].Read<long>(), Is.EqualTo(new long[] { -1, 0, 0, 0, -1 }), "actions from the parents");
        }
    }

    [Test]
    public void Draws_are_those_of_masked_and_tempered_logits_with_exploration([Values] bool simulated, [Values(1, 7, 600)] int rows, [Values(0, 0.3, 1)] double exploration, [Values] bool gated, [Values] bool isDouble)
    {
        int seed = Seeds.Fresh();
        using IDisposable? device = simulated ? SimulatorBackend.Use() : null;
        DType type = isDouble ? DType.F64 : DType.F32;
        Key key = Key.FromSeed(seed);
        var numbers = new Generator(key.Split("numbers"));
        Tensor states = numbers.Integers([rows, 1], 0, 4), wide = numbers.Normal([rows, 5], type), gates = numbers.Integers([rows], -1, 2);
        Tensor epsilon = Tensor.Full([1], exploration, DType.F32), sharpness = Tensor.Full([1], 1.7, type);
        Generator first = new(key), second = new(key);
        Plan fused = Plan.Record(() => corridor.Draw(first, states, wide.Slice(1, 1, 3), epsilon, sharpness, gated ? gates : null)), composed = Plan.Record(Composed);
        for (int run = 0; run < 3; run++)
        {
            long[] actions = fused.Output.Read<long>();
            Assert.That(actions, Is.EqualTo(composed.Output.Read<long>()), $"seed {seed}, run {run}");
            Assert.That(actions.All(static action => action is >= -1 and <= 1));
            fused.Run();
            composed.Run();
        }

        Assert.That(first.State.Read<long>(), Is.EqualTo(second.State.Read<long>()), "the counter");

        Tensor Composed()
        {
            Tensor isUniform = second.Uniform([rows, 1]).Less(epsilon), scores = wide.Slice(1, 1, 3) * sharpness;
            Tensor masked = TensorMath.Where(corridor.AllowedActions(states), TensorMath.Where(isUniform, Tensor.Scalar(0, type), scores), Tensor.Scalar(double.NegativeInfinity, type));
            Tensor actions = second.Categorical(masked);
            return gated ? TensorMath.Where(gates.GreaterOrEqual(0), actions, Tensor.Scalar(-1, DType.I64)) : actions;
        }
    }

    [Test]
    public void Draws_of_operands_that_do_not_fit_are_errors()
    {
        var generator = new Generator(Key.FromSeed(0));
        Tensor states = Tensor.Zeros([3, 1], DType.I64), logits = Tensor.Zeros([3, 2]), none = Tensor.Zeros([1], DType.F32), one = Tensor.Ones([1]);
        Assert.That(() => corridor.Draw(generator, Tensor.Zeros([3, 2], DType.I64), logits, none, one), Throws.TypeOf<ShapeException>());
        Assert.That(() => corridor.Draw(generator, states, Tensor.Zeros([3, 3]), none, one), Throws.TypeOf<ShapeException>());
        Assert.That(() => corridor.Draw(generator, states, Tensor.Zeros([3, 2], DType.I64), none, one), Throws.TypeOf<DTypeException>());
        Assert.That(() => corridor.Draw(generator, states, logits, Tensor.Zeros([2], DType.F32), one), Throws.TypeOf<ShapeException>());
        Assert.That(() => corridor.Draw(generator, states, logits, none, Tensor.Ones([1], DType.F64)), Throws.TypeOf<DTypeException>());
        Assert.That(() => corridor.Draw(generator, states, logits, none, one, Tensor.Zeros([2], DType.I64)), Throws.TypeOf<ShapeException>());
        Assert.That(() => corridor.Draw(generator, states, logits, none, one, Tensor.Zeros([3])), Throws.TypeOf<DTypeException>());
    }

    [Test]
    public void An_action_that_is_not_allowed_is_an_error_that_names_its_row([Values] bool simulated)
    {
        using IDisposable? device = simulated ? SimulatorBackend.Use() : null;
        Tensor states = Tensor.From<long>([0, 3, 0], [3, 1]);
        foreach (long wrong in (long[])[0, 2, -2])
        {
            ShapeException? error = Assert.Throws<ShapeException>(() => corridor.Step(states, Tensor.From<long>([0, wrong, 0])).States.Read<long>());
            Assert.That(error!.Message, Does.Contain("row 1"));
        }

        Assert.That(() => corridor.StepBack(states, Tensor.From<long>([0, -1, -1])).States.Read<long>(), Throws.TypeOf<ShapeException>().With.Message.Contains("row 0"));
        Assert.That(() => corridor.AllowedActions(Tensor.Zeros([3, 2], DType.I64)), Throws.TypeOf<ShapeException>());
        Assert.That(() => corridor.Step(states, Tensor.Zeros([2], DType.I64)), Throws.TypeOf<ShapeException>());
    }
}
