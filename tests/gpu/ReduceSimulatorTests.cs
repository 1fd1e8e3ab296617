using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Reductions on the simulator against sums in f64: rows by warps and by blocks, columns in pieces, any strides, one long row in two launches.</summary>
[NonParallelizable]
public sealed class ReduceSimulatorTests
{
    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    [TestCase(typeof(WarpTeam), 64, 5, 7)]
    [TestCase(typeof(WarpTeam), 32, 2, 131)]
    [TestCase(typeof(BlockTeam), 64, 3, 300)]
    [TestCase(typeof(BlockTeam), 96, 1, 1)]
    public void Rows(Type team, int threads, int rows, int columns)
    {
        float[] numbers = SimulatedDevice.Singles(SimulatedDevice.Numbers(rows * columns, 3));
        numbers[^1] = float.NaN;
        using var x = Simulator.Memory<float>(numbers);
        using var y = Simulator.Zeros<float>(rows);
        int perBlock = team == typeof(WarpTeam) ? threads / 32 : 1;
        foreach (var (fold, meaning, scale) in Folds(columns))
        {
            KernelReference kernel = new("reduce_rows", fold.GetType(), typeof(float), team);
            Simulator.Launch(kernel, LaunchGrid.Cover(rows, perBlock) with { Threads = threads }, x.View, y.View, rows, (long)columns, (long)numbers.Length, scale, fold);
            float[] result = y.Read();
            for (int row = 0; row < rows; row++)
                Assert.That(result[row], Is.EqualTo((float)(scale * meaning(numbers.Skip(row * columns).Take(columns).Select(v => (double)v)))).Within(1e-3).Percent.Or.EqualTo(float.NaN), $"{fold} row {row}");
            Assert.That(result[^1], Is.NaN, "NaN is kept");
        }
    }

    static (object Fold, Func<IEnumerable<double>, double> Meaning, double Scale)[] Folds(int count) =>
    [
        (default(SumFold), x => x.Sum(), 1),
        (default(SumFold), x => x.Sum(), 1.0 / count),
        (default(ProductFold), x => x.Aggregate(1.0, (a, b) => a * b), 1),
        (default(MaxFold), x => x.Aggregate(double.NegativeInfinity, Math.Max), 1),
        (default(MinFold), x => x.Aggregate(double.PositiveInfinity, Math.Min), 1),
    ];

    [TestCase(1, 1, 1)]
    [TestCase(9, 35, 9)]
    [TestCase(21, 3, 8)]
    public void Columns(int rows, int columns, int pieceRows)
    {
        double[] numbers = SimulatedDevice.Numbers(rows * columns, 5);
        int pieces = (rows + pieceRows - 1) / pieceRows;
        using var x = Simulator.Memory<double>(numbers);
        using var partial = Simulator.Zeros<double>(pieces * columns);
        using var y = Simulator.Zeros<double>(columns);
        KernelReference kernel = new("reduce_columns", typeof(SumFold), typeof(double));
        int across = (columns + 31) / 32;
        Simulator.Launch(kernel, new LaunchGrid(across, pieces, 1, 128), x.View, partial.View, rows, columns, pieceRows, 1.0, default(SumFold));
        Simulator.Launch(kernel, new LaunchGrid(across, 1, 1, 64), partial.View, y.View, pieces, columns, pieces, 0.5, default(SumFold));
        double[] expected = [.. Enumerable.Range(0, columns).Select(j => 0.5 * Enumerable.Range(0, rows).Sum(i => numbers[(i * columns) + j]))];
        Assert.That(y.Read(), Is.EqualTo(expected).Within(1e-13));
    }

    [Test]
    public void AnyAxes()
    {
        // Sums over the first and the last axis of [2, 3, 4].
        long[] numbers = [.. Enumerable.Range(0, 24).Select(i => (long)(i * i))];
        using var x = Simulator.Memory<long>(numbers);
        using var y = Simulator.Zeros<long>(3);
        Nest kept = Nest.From(LoopNest.Create([3], [4], [1])), reduced = Nest.From(LoopNest.Create([2, 4], [12, 1]));
        Simulator.Launch(new KernelReference("reduce_strided", typeof(SumFold), typeof(long)), new LaunchGrid(1, 1, 1, 32), x.View, y.View, 3, 8, kept, reduced, 1.0, default(SumFold));
        Assert.That(y.Read(), Is.EqualTo(Enumerable.Range(0, 3).Select(j => numbers.Where((_, i) => i / 4 % 3 == j).Sum())));
    }

    [Test]
    public void OneLongRowInTwoLaunchesHasTheSameBitsForAnyOrderOfBlocks()
    {
        const int Count = 1000, Columns = 300, Rows = 4;
        float[] numbers = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 6));
        using var x = Simulator.Memory<float>(numbers);
        using var partial = Simulator.Zeros<float>(Rows);
        using var y = Simulator.Zeros<float>(1);
        KernelReference kernel = new("reduce_rows", typeof(SumFold), typeof(float), typeof(BlockTeam));
        var results = new HashSet<float>();
        for (int i = 0; i < 3; i++)
        {
            Simulator.Launch(kernel, new LaunchGrid(Rows, 1, 1, 64), x.View, partial.View, Rows, (long)Columns, (long)Count, 1.0, default(SumFold));
            Simulator.Launch(kernel, new LaunchGrid(1, 1, 1, 64), partial.View, y.View, 1, (long)Rows, (long)Rows, 1.0, default(SumFold));
            results.Add(y.Read()[0]);
        }

        Assert.That(results, Has.Count.EqualTo(1));
        Assert.That(results.Single(), Is.EqualTo(numbers.Sum(v => (double)v)).Within(1e-3));
    }
}
