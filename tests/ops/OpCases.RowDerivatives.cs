namespace Adjoint.Tests.Ops;

public static partial class OpCases
{
    // Short rows, rows that end in a part of a register, rows of several registers, and enough rows for two threads.
    static readonly int[][] derivativeRows = [[1], [7], [3, 10], [2, 3, 16], [4, 1], [0, 4], [3, 37], [300, 131], [5, 2100]];

    static double[] Row(Values x, int[] index)
    {
        int columns = x.Shape[^1], start = x.Position([.. index[..^1], 0]);
        return x.Data[start..(start + columns)];
    }

    static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    // The derivative of a norm: r·(t - [mean t] - y·mean(t·y)).
    static double[] NormDerivative(double[] t, double[] x, double epsilon, bool center)
    {
        double[] y = Standard(x, epsilon, center);
        double mean = center ? x.Average() : 0, scale = 1 / Math.Sqrt((x.Sum(v => (v - mean) * (v - mean)) / x.Length) + epsilon);
        double shift = center ? t.Average() : 0, slope = Dot(t, y) / t.Length;
        return [.. t.Zip(y, (a, b) => scale * (a - shift - (b * slope)))];
    }

    static Values ByRows(Values first, Values second, Func<double[], double[], double[]> f)
    {
        var rows = new Dictionary<int, double[]>();
        return Values.Build(second.Shape, index =>
        {
            int row = second.Position([.. index[..^1], 0]);
            if (!rows.TryGetValue(row, out double[]? result)) rows[row] = result = f(Row(first, index), Row(second, index));
            return result[index[^1]];
        });
    }

    static IEnumerable<OpCase> RowDerivatives()
    {
        foreach (int[] shape in derivativeRows)
        {
            int[] one = [.. shape[..^1], 1];
            OpCase Case(Op op, Func<double[], double[], double[]> f) =>
                new(op.GetType(), "", [new(shape), new(shape)], x => Dispatch.Run(op, x[0], x[1]), x => ByRows(x[0], x[1], f))
                { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 1e-12, Tolerance32 = 1e-4 };
            yield return Case(new SoftmaxDerivative(), static (t, y) => [.. t.Zip(y, (a, b) => b * (a - Dot(t, y)))]);
            yield return Case(new LogSoftmaxDerivative(), static (t, y) => [.. t.Zip(y, (a, b) => a - (Math.Exp(b) * t.Sum()))]);
            yield return Case(new StandardizeDerivative(0.01), static (t, x) => NormDerivative(t, x, 0.01, true));
            yield return Case(new RootMeanSquareDerivative(0.01), static (t, x) => NormDerivative(t, x, 0.01, false));
            yield return new OpCase(typeof(LogSumExpDerivative), "", [new(one), new(shape), new(one)], x => Dispatch.Run(new LogSumExpDerivative(), x[0], x[1], x[2]),
                x => Values.Zip(x[0], Values.Zip(x[1], x[2], (a, b) => Math.Exp(a - b)), (a, b) => a * b))
            { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 1e-13, Tolerance32 = 1e-5 };

            int[] columns = [shape[^1]], axes = [.. Enumerable.Range(0, shape.Length - 1)];
            foreach (int part in (int[])[0, 1, 2])
            {
                yield return new OpCase(typeof(StandardizeAffineDerivative), $"part {part}", [new(shape), new(shape), new(columns)],
                    x => Dispatch.RunMany(new StandardizeAffineDerivative(0.01), x[0], x[1], x[2])[part],
                    x => part switch
                    {
                        0 => ByRows(Values.Zip(x[0], x[2], (a, b) => a * b), x[1], (t, row) => NormDerivative(t, row, 0.01, true)),
                        1 => SumOfRows(Values.Zip(x[0], x[1].Lines(-1, row => Standard(row, 0.01, true)), (a, b) => a * b), axes),
                        _ => SumOfRows(x[0], axes),
                    })
                { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 1e-12, Tolerance32 = 1e-4 };
            }

            if (shape.Length != 2) continue;
            yield return new OpCase(typeof(CrossEntropyDerivative), "", [new(shape), new([shape[0]], View.Dense, Numbers.Int64) { Low = 0, High = shape[1] }, new([shape[0]])],
                x => Dispatch.Run(new CrossEntropyDerivative(), x[0], x[1], x[2]),
                x => Values.Build(x[0].Shape, index => x[2][index[0]] * (Weights(Row(x[0], index))[index[1]] - (x[1][index[0]] == index[1] ? 1 : 0))))
            { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 1e-13, Tolerance32 = 1e-5 };
            yield return new OpCase(typeof(StandardizeAffine), "", [new(shape), new(columns), new(columns)], x => x[0].LayerNorm(x[1], x[2], 0.01),
                x => Values.Zip(Values.Zip(x[0].Lines(-1, row => Standard(row, 0.01, true)), x[1], (a, b) => a * b), x[2], (a, b) => a + b))
            { IsLarge = Values.CountOf(shape) > 1000, Tolerance64 = 2e-14, Tolerance32 = 5e-6 };
        }
    }

    // Without axes to sum over, a row is its own sum.
    static Values SumOfRows(Values x, int[] axes) => axes.Length == 0 ? x : x.Reduce(axes, false, list => list.Sum());
}
