using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Rewards inside recorded steps, whose states change between two replays, on the CPU and on the simulator.</summary>
[NonParallelizable]
sealed class RewardPlanTests
{
    static readonly (string Name, Func<DType, IReward> Make, long[] Before, long[] After, int Rows)[] Rewards =
    [
        ("hypergrid", static dtype => new HypergridReward(2, 8, HypergridRewardSet.Shallow, dtype), [0, 0, 3, 3, 7, 7], [1, 6, 7, 1, 3, 6], 3),
        ("bits", static dtype => new BitSequenceReward(BitModes.Random(3, 6, Key.FromSeed(1)), 2, BitSequenceScale.PerBit(), dtype), [1, 1, 1, 4, 4, 4], [1, 2, 3, 4, 3, 2], 2),
        ("table", static dtype => new TableReward(2, 2, [0.5, 1, -2, 3], dtype), [1, 1, 1, 1], [1, 2, 2, 1], 2),
        ("ising", static dtype => new IsingReward(2, 0.7, dtype), [1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 2, 1, 2, 2, 2, 1], 2),
        ("dag", static dtype => new DagScoreReward(2, [0, 0, 1.5, 0, 0, 2.5, 0, 0], dtype), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0], 2),
    ];

    static IEnumerable<TestCaseData> Cases =>
        from reward in Rewards from dtype in (DType[])[DType.F32, DType.F64] from simulated in (bool[])[false, true] select new TestCaseData(reward.Name, dtype, simulated);

    [TestCaseSource(nameof(Cases))]
    public void ARewardFollowsTheStatesThroughReplays(string name, DType dtype, bool simulated)
    {
        var (_, make, before, after, rows) = Array.Find(Rewards, reward => reward.Name == name);
        double[] expected = make(DType.F64).LogOf(Tensor.From(after, [rows, after.Length / rows])).Read<double>();
        using IDisposable? device = simulated ? Gpu.SimulatorBackend.Use() : null;
        IReward reward = make(dtype);
        Tensor states = Tensor.From(before, [rows, before.Length / rows]);
        Plan plan = Plan.Record(() => reward.LogOf(states));
        states.Write<long>(after);
        plan.Run();
        Assert.That(plan.Output.DType, Is.EqualTo(dtype));
        Assert.That(plan.Output.Shape, Is.EqualTo(Shape.Create([rows])));
        Assert.That(plan.Output.To(DType.F64).Read<double>(), Is.EqualTo(expected).Within(dtype == DType.F64 ? 1e-14 : 1e-6));
    }
}
