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
