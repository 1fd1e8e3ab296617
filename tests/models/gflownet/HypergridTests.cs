using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>The hypergrid's reward against the constants of the specification, which come from independent code.</summary>
[NonParallelizable]
sealed class HypergridTests
{
    /// <summary>The table of section 5.1: dimensions, side, set, mode states, Z, log Z, mass on modes, expected reward.</summary>
    static readonly object[][] Constants =
    [
        [2, 8, "shallow", 4, 22.4, 3.10906, 0.4643, 1.4214],
        [2, 8, "deep", 4, 16.064, 2.77658, 0.6228, 1.7450],
        [2, 16, "shallow", 4, 65.6, 4.18358, 0.1585, 0.7707],
        [2, 20, "deep", 16, 82.4, 4.41159, 0.4856, 1.4704],
        [2, 64, "shallow", 144, 1209.6, 7.09805, 0.3095, 1.0921],
        [2, 64, "deep", 144, 804.096, 6.68972, 0.4479, 1.3949],
        [4, 8, "shallow", 16, 569.6, 6.34493, 0.0730, 0.4090],
        [4, 8, "deep", 16, 164.096, 5.10045, 0.2439, 0.9770],
        [4, 12, "deep", 16, 700.736, 6.55213, 0.0571, 0.6013],
        [4, 16, "shallow", 16, 8633.6, 9.06342, 0.0048, 0.2538],
        [4, 20, "deep", 256, 5672, 8.64330, 0.1129, 0.7135],
        [4, 20, "hard", 256, 10784, 9.28582, 0.0950, 1.2836],
    ];

    /// <summary>All points of a grid, i64 [side^dimensions, dimensions].</summary>
    public static Tensor Points(int dimensions, int side)
    {
        int count = (int)Math.Pow(side, dimensions);
        var cells = new long[count * dimensions];
        for (int point = 0; point < count; point++)
        {
            for (int i = 0, rest = point; i < dimensions; i++, rest /= side) cells[(point * dimensions) + i] = rest % side;
        }

        return Tensor.From<long>(cells, [count, dimensions]);
    }

    [TestCaseSource(nameof(Constants))]
    public void RewardsHaveTheSumsAndModesOfTheSpecification(int dimensions, int side, string set, int modes, double z, double logZ, double mass, double expected)
    {
        var reward = new HypergridReward(dimensions, side, HypergridRewardSet.Named(set), DType.F64);
        Tensor points = Points(dimensions, side);
        double[] r = reward.LogOf(points).Exp().Read<double>();
        long[] cells = points.Read<long>();
        var found = new bool[reward.Regions];
        int count = 0;
        double onModes = 0;
        for (int i = 0; i < r.Length; i++)
        {
            ReadOnlySpan<long> state = cells.AsSpan(i * dimensions, dimensions);
            reward.Mark(state, found);
            if (!reward.IsMode(state)) continue;
            count++;
            onModes += r[i];
        }

        Assert.Multiple(() =>
        {
            Assert.That(count, Is.EqualTo(modes));
            Assert.That(reward.Modes, Is.EqualTo(modes));
            Assert.That(r.Sum(), Is.EqualTo(z).Within(1e-9 * z));
            Assert.That(reward.Partition, Is.EqualTo(z).Within(1e-12 * z));
            Assert.That(Math.Log(r.Sum()), Is.EqualTo(logZ).Within(6e-6));
            Assert.That(onModes / r.Sum(), Is.EqualTo(mass).Within(6e-5));
            Assert.That(r.Sum(static x => x * x) / r.Sum(), Is.EqualTo(expected).Within(6e-5));
            Assert.That(found, Has.All.True, "every region holds a mode");
        });
    }

    [Test]
    public void PointsOnTheBordersOfBandsFallWhereTheFormulaPutsThem()
    {
        // side 11: a = 0.5, 0.4, 0.3, 0.2 for s = 0, 1, 2, 3. The inner band is open at both ends, so nothing is inside; side 21: only 0.35 at s = 3; side 5: a = 0.25 at s = 1 is outside.
        double[] Rewards(int side) => new HypergridReward(1, side, HypergridRewardSet.Shallow, DType.F64).LogOf(Points(1, side)).Exp().Read<double>();
        Assert.That(Rewards(11).Take(6), Is.EqualTo(new[] { 0.6, 0.6, 0.6, 0.1, 0.1, 0.1 }).Within(1e-12));
        Assert.That(Rewards(21).Take(7), Is.EqualTo(new[] { 0.6, 0.6, 0.6, 2.6, 0.6, 0.1, 0.1 }).Within(1e-12));
        Assert.That(Rewards(5), Is.EqualTo(new[] { 0.6, 0.1, 0.1, 0.1, 0.6 }).Within(1e-12));
    }

    [Test]
    public void WrongSizesNamesAndStatesAreErrorsOfOneLine()
    {
        Assert.That(() => new Hypergrid(0, 8), Throws.TypeOf<SettingException>());
        Assert.That(() => new Hypergrid(2, 1), Throws.TypeOf<SettingException>());
        Assert.That(() => new HypergridReward(2, 8, new HypergridRewardSet(0, 1, 1)), Throws.TypeOf<SettingException>().With.Message.Contains("R0"));
        Assert.That(() => HypergridRewardSet.Named("soft"), Throws.TypeOf<SettingException>().With.Message.Contains("shallow, middle, deep, hard"));
        var reward = new HypergridReward(2, 8, HypergridRewardSet.Shallow);
        Assert.That(() => reward.LogOf(Tensor.Zeros([1, 3], DType.I64)), Throws.TypeOf<ShapeException>());
        Assert.That(() => reward.LogOf(Tensor.Full([1, 2], 8, DType.I64)), Throws.TypeOf<ShapeException>());
    }
}
