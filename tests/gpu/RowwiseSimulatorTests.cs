using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Row-wise kernels on the simulator, f32, against the CPU's in f64: by warps and by blocks, on short, ragged and long rows, with infinite logits.</summary>
[NonParallelizable]
public sealed unsafe class RowwiseSimulatorTests
{
    const double Epsilon = 1e-3;

    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    static IEnumerable<TestCaseData> Shapes() =>
        from team in new[] { typeof(WarpTeam), typeof(BlockTeam) }
        from shape in new[] { (3, 1), (2, 10), (3, 77), (1, 150) }
        select new TestCaseData(team, shape.Item1, shape.Item2);

    [TestCaseSource(nameof(Shapes))]
    public void SoftmaxAndLogSoftmax(Type team, int rows, int columns)
    {
        var data = new Data(rows, columns);
        data.X[0] = -1e30;
        if (columns > 10) data.X[^1] = double.NegativeInfinity;
        Check(data, team, "softmax", ["x"], (p, y) => RowLoop.RunHere<SoftmaxKernel<double>, double>(new(p.X, y, columns), rows));
        Check(data, team, "log_softmax", ["x"], (p, y) => RowLoop.RunHere<LogSoftmaxKernel<double>, double>(new(p.X, y, columns), rows));
        double[] result = Check(data, team, "softmax", ["x"], (p, y) => RowLoop.RunHere<SoftmaxKernel<double>, double>(new(p.X, y, columns), rows));
        data.Y = result;
        Check(data, team, "softmax_derivative", ["t", "y"], (p, z) => RowLoop.RunHere<SoftmaxDerivativeKernel<double>, double>(new(p.T, p.Y, z, columns), rows));
        data.Y = [.. result.Select(v => Math.Log(v + 1e-9))];
        Check(data, team, "log_softmax_derivative", ["t", "y"], (p, z) => RowLoop.RunHere<LogSoftmaxDerivativeKernel<double>, double>(new(p.T, p.Y, z, columns), rows));
    }

    [TestCaseSource(nameof(Shapes))]
    public void LogSumExpAndCrossEntropy(Type team, int rows, int columns)
    {
        var data = new Data(rows, columns);
        double[] sums = Check(data, team, "logsumexp", ["x"], (p, y) => RowLoop.RunHere<LogSumExpKernel<double>, double>(new(p.X, y, columns), rows), rows);
        data.Y = sums;
        Check(data, team, "logsumexp_derivative", ["t", "x", "y"], (p, z) => RowLoop.RunHere<LogSumExpDerivativeKernel<double>, double>(new(p.T, p.X, p.Y, z, columns), rows));
        Check(data, team, "cross_entropy", ["x", "targets"], (p, y) => RowLoop.RunHere<CrossEntropyKernel<double>, double>(new(p.X, p.Targets, y, columns), rows), rows);
        Check(data, team, "cross_entropy_derivative", ["x", "targets", "t"], (p, z) => RowLoop.RunHere<CrossEntropyDerivativeKernel<double>, double>(new(p.X, p.Targets, p.T, z, columns), rows));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Norms(Type team, int rows, int columns)
    {
        var data = new Data(rows, columns);
        Check(data, team, "standardize", ["x"], (p, y) => RowLoop.RunHere<StandardizeKernel<double>, double>(new(p.X, y, columns, Epsilon), rows), last: Epsilon);
        Check(data, team, "standardize_derivative", ["t", "x"], (p, z) => RowLoop.RunHere<StandardizeDerivativeKernel<double>, double>(new(p.T, p.X, z, columns, Epsilon), rows), last: Epsilon);
        Check(data, team, "root_mean_square", ["x"], (p, y) => RowLoop.RunHere<RootMeanSquareKernel<double>, double>(new(p.X, y, columns, Epsilon), rows), last: Epsilon);
        Check(data, team, "root_mean_square_derivative", ["t", "x"], (p, z) => RowLoop.RunHere<RootMeanSquareDerivativeKernel<double>, double>(new(p.T, p.X, z, columns, Epsilon), rows), last: Epsilon);
        Check(data, team, "standardize_affine", ["x", "scale", "shift"], (p, y) => RowLoop.RunHere<StandardizeAffineKernel<double>, double>(new(p.X, p.Scale, p.Shift, y, columns, Epsilon), rows), last: Epsilon);
    }

    [TestCaseSource(nameof(Shapes))]
    public void DerivativesOfScaleAndShift(Type team, int rows, int columns)
    {
        var data = new Data(rows, columns);
        double[] toX = new double[rows * columns], toScale = new double[columns], toShift = new double[columns];
        fixed (double* t = data.T, x = data.X, scale = data.Scale, a = toX, b = toScale, c = toShift)
            Adjoint.Kernels.StandardizeAffineDerivative.Run(t, x, scale, a, b, c, rows, columns, Epsilon);

        int threads = 64, pieceRows = 2, pieces = (rows + 1) / 2;
        using var tOnDevice = Simulator.Memory<float>(SimulatedDevice.Singles(data.T));
        using var xOnDevice = Simulator.Memory<float>(SimulatedDevice.Singles(data.X));
        using var scaleOnDevice = Simulator.Memory<float>(SimulatedDevice.Singles(data.Scale));
        using var result = Simulator.Zeros<float>(rows * columns);
        using var means = Simulator.Zeros<float>(rows);
        using var roots = Simulator.Zeros<float>(rows);
        using var scales = Simulator.Zeros<float>(pieces * columns);
        using var shifts = Simulator.Zeros<float>(pieces * columns);
        int perBlock = team == typeof(WarpTeam) ? threads / 32 : 1;
        Simulator.Launch(new KernelReference("standardize_affine_rows", typeof(float), team), LaunchGrid.Cover(rows, perBlock) with { Threads = threads },
            tOnDevice.View, xOnDevice.View, scaleOnDevice.View, result.View, means.View, roots.View, rows, columns, Epsilon);
        Simulator.Launch(new KernelReference("standardize_affine_columns", typeof(float)), new LaunchGrid((columns + 31) / 32, pieces, 1, threads),
            tOnDevice.View, xOnDevice.View, means.View, roots.View, scales.View, shifts.View, rows, columns, pieceRows);
        AssertClose(result.Read(), toX, "x");
        AssertClose(SumOfPieces(scales.Read(), columns), toScale, "scale");
        AssertClose(SumOfPieces(shifts.Read(), columns), toShift, "shift");
    }

    [Test]
    public void ATargetOutsideTheRowGivesNaN()
    {
        using var x = Simulator.Memory<float>(1, 2, 3, 4);
        using var targets = Simulator.Memory<long>(2, -1);
        using var y = Simulator.Zeros<float>(2);
        Simulator.Launch(new KernelReference("cross_entropy", typeof(float), typeof(WarpTeam)), new LaunchGrid(1, 1, 1, 64), x.View, targets.View, y.View, 2, 2);
        Assert.That(y.Read(), Is.All.NaN);
    }

    static float[] SumOfPieces(float[] pieces, int columns)
    {
        var sums = new float[columns];
        for (int i = 0; i < pieces.Length; i++) sums[i % columns] += pieces[i];
        return sums;
    }

    static double[] Check(Data data, Type team, string name, string[] inputs, Reference reference, int results = -1, double? last = null)
    {
        double[] expected = data.Run(reference, results < 0 ? data.X.Length : results);
        var memories = new List<IDisposable>();
        var arguments = new List<object>();
        foreach (string input in inputs)
        {
            if (input == "targets")
            {
                var targets = Simulator.Memory<long>(data.Targets);
                memories.Add(targets);
                arguments.Add(targets.View);
                continue;
            }

            var memory = Simulator.Memory<float>(SimulatedDevice.Singles(data[input]));
            memories.Add(memory);
            arguments.Add(memory.View);
        }

        using var output = Simulator.Zeros<float>(expected.Length);
        arguments.AddRange([output.View, data.Rows, data.Columns]);
        if (last is { } number) arguments.Add(number);
        const int Threads = 64;
        int perBlock = team == typeof(WarpTeam) ? Threads / 32 : 1;
        Simulator.Launch(new KernelReference(name, typeof(float), team), LaunchGrid.Cover(data.Rows, perBlock) with { Threads = Threads }, [.. arguments]);
        AssertClose(output.Read(), expected, name);
        foreach (IDisposable memory in memories) memory.Dispose();
        return expected;
    }

    static void AssertClose(float[] result, double[] expected, string name)
    {
        Assert.That(result, Has.Length.EqualTo(expected.Length));
        double size = Math.Max(1, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max(v => Math.Min(v, 100)));
        for (int i = 0; i < result.Length; i++)
        {
            if (Math.Abs(expected[i]) > 1e20 || !double.IsFinite(expected[i])) Assert.That(result[i], Is.EqualTo((float)expected[i]), $"{name} {i}");
            else Assert.That(result[i], Is.EqualTo(expected[i]).Within(1e-5 * size), $"{name} {i}");
        }
    }

    delegate void Reference(Pointers inputs, double* output);

    readonly struct Pointers(double* x, double* t, double* y, double* scale, double* shift, long* targets)
    {
        public double* X { get; } = x;

        public double* T { get; } = t;

        public double* Y { get; } = y;

        public double* Scale { get; } = scale;

        public double* Shift { get; } = shift;

        public long* Targets { get; } = targets;
    }

    // Numbers are f32 numbers, so that both sides start from the same.
    sealed class Data(int rows, int columns)
    {
        public int Rows => rows;

        public int Columns => columns;

        public double[] X { get; } = Rounded(rows * columns, 1);

        public double[] T { get; } = Rounded(rows * columns, 2);

        public double[] Y { get; set; } = Rounded(rows * columns, 3);

        public double[] Scale { get; } = Rounded(columns, 4);

        public double[] Shift { get; } = Rounded(columns, 5);

        public long[] Targets { get; } = [.. Enumerable.Range(0, rows).Select(row => (long)(row * 7 % columns))];

        public double[] this[string name] => name switch { "x" => X, "t" => T, "y" => Y, "scale" => Scale, _ => Shift };

        public double[] Run(Reference reference, int results)
        {
            var output = new double[results];
            fixed (double* x = X, t = T, y = Y, scale = Scale, shift = Shift, result = output)
            fixed (long* targets = Targets)
                reference(new(x, t, y, scale, shift, targets), result);
            return output;
        }

        static double[] Rounded(int count, int seed) => [.. SimulatedDevice.Numbers(count, seed).Select(v => (double)(float)v)];
    }
}
