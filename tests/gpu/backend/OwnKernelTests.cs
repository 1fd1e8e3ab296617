using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using ILGPU;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>
/// A program's own op with a kernel of its own, here a step of an environment: walkers on a grid of side^axes cells, each of which moves along the axis that its action names, unless it stops or
/// stands at the edge. The whole loop, drawing of actions included, stays on the device as one plan.
/// </summary>
[NonParallelizable]
public sealed class OwnKernelTests
{
    /// <summary>A rule of motion in which the kernel is generic, as a user of the library would write it.</summary>
    public interface IWalk
    {
        /// <summary>The new coordinate of one axis.</summary>
        long Move(long coordinate, int axis, long action);
    }

    /// <summary>One step upwards along the action's axis, up to the edge.</summary>
    public readonly struct Upwards(int side) : IWalk
    {
        readonly int side = side;

        /// <inheritdoc/>
        public long Move(long coordinate, int axis, long action) => axis == action && coordinate + 1 < side ? coordinate + 1 : coordinate;
    }

    /// <summary>The kernel: a thread a coordinate.</summary>
    public static void Walk<TWalk>(ArrayView<long> state, ArrayView<long> actions, ArrayView<long> next, int count, int axes, TWalk walk)
        where TWalk : unmanaged, IWalk
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < count) next[i] = walk.Move(state[i], i % axes, actions[i / axes]);
    }

    sealed record WalkOp(int Side) : Op
    {
        static readonly KernelReference Kernel = new("test_walk", "Upwards");

        public override string Name => "walk";

        public override bool IsDifferentiable => false;

        public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape, DType.I64);

        public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
        {
            ReadOnlySpan<long> state = inputs[0].Span<long>(), actions = inputs[1].Span<long>();
            Span<long> next = outputs[0].Span<long>();
            int axes = inputs[0].Shape[-1];
            for (int i = 0; i < next.Length; i++) next[i] = new Upwards(Side).Move(state[i], i % axes, actions[i / axes]);
        }

        public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
            queue.Call(Kernel, outputs[0].Count).Dense(inputs).Dense(outputs).Value(outputs[0].Count).Value(inputs[0].Shape[-1]).Value(new Upwards(Side)).Run();
    }

    [OneTimeSetUp]
    public void AddKernel()
    {
        if (KernelTable.All.Any(static line => line.Name == "test_walk")) return;
        KernelTable.Add(new KernelDescription
        {
            Family = "test", Name = "test_walk", Method = typeof(OwnKernelTests).GetMethod(nameof(Walk))!, Registers = (32, 32), Checked = [[typeof(Upwards)]], Traits = KernelTraits.Independent,
        });
    }

    [Test]
    public void ALoopOfStepsWithDrawnActionsIsOnePlanAndGivesTheStatesOfTheCpu()
    {
        long[] expected = Wander();
        using var _ = SimulatorBackend.Use();
        Assert.That(Wander(), Is.EqualTo(expected));
        Assert.That(expected.Distinct().Count(), Is.GreaterThan(2), "walkers moved");
    }

    static long[] Wander()
    {
        const int Walkers = 6, Axes = 2, Side = 4, Moves = 5;
        var generator = new Generator(new Key(3));
        Tensor state = Tensor.Zeros([Walkers, Axes], DType.I64), logits = Tensor.Zeros([Walkers, Axes + 1]);
        Plan plan = Plan.Record(() =>
        {
            Tensor now = state;
            for (int i = 0; i < Moves; i++) now = Dispatch.Run(new WalkOp(Side), now, generator.Categorical(logits));
            return now;
        });
        plan.Run();
        return plan.Output.Read<long>();
    }

    [Test]
    public void ANameThatIsTakenIsRefused() =>
        Assert.That(() => KernelTable.Add(KernelTable.Find("dense_fill")), Throws.ArgumentException.With.Message.Contains("dense_fill"));
}
