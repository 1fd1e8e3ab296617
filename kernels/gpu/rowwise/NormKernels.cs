using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rows made to mean 0 and variance 1, or to mean square 1, and their derivatives, which compute the statistics again. Layout and launch as <see cref="SoftmaxKernels"/>;
/// ε is added to the variance before its root.
/// </summary>
public static class NormKernels
{
    /// <summary>y = (x - mean) / √(variance + ε)</summary>
    public static void Standardize<V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V inverse = Inverse<V>(columns);
        V mean = RowSums.Sum<V, TTeam, NumberTerm<V>>(new(x), start, columns) * inverse;
        V variance = RowSums.Sum<V, TTeam, DeviationTerm<V>>(new(x, mean), start, columns) * inverse;
        V scale = V.From(1) / V.Sqrt(variance + V.From(epsilon));
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) y[start + i] = (x[start + i] - mean) * scale;
    }

    /// <summary>z = (t - mean t - y·mean(t·y)) / √(variance + ε), y being x standardised.</summary>
    public static void StandardizeDerivative<V, TTeam>(ArrayView<V> t, ArrayView<V> x, ArrayView<V> z, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V inverse = Inverse<V>(columns);
        V mean = RowSums.Sum<V, TTeam, NumberTerm<V>>(new(x), start, columns) * inverse;
        V variance = (RowSums.Sum<V, TTeam, DeviationTerm<V>>(new(x, mean), start, columns) * inverse) + V.From(epsilon);
        V shift = RowSums.Sum<V, TTeam, NumberTerm<V>>(new(t), start, columns) * inverse;
        V slope = -(RowSums.Sum<V, TTeam, CovarianceTerm<V>>(new(t, x, mean), start, columns) * inverse / variance);
        V scale = V.From(1) / V.Sqrt(variance);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size)
            z[start + i] = V.MultiplyAdd(x[start + i] - mean, slope, t[start + i] - shift) * scale;
    }

    /// <summary>y = x / √(mean of x² + ε)</summary>
    public static void RootMeanSquare<V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V square = RowSums.Sum<V, TTeam, ProductTerm<V>>(new(x, x), start, columns) * Inverse<V>(columns);
        V scale = V.From(1) / V.Sqrt(square + V.From(epsilon));
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) y[start + i] = x[start + i] * scale;
    }

    /// <summary>z = (t - y·mean(t·y)) / √(mean of x² + ε) for y = x / √(mean of x² + ε).</summary>
    public static void RootMeanSquareDerivative<V, TTeam>(ArrayView<V> t, ArrayView<V> x, ArrayView<V> z, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V inverse = Inverse<V>(columns);
        V square = (RowSums.Sum<V, TTeam, ProductTerm<V>>(new(x, x), start, columns) * inverse) + V.From(epsilon);
        V slope = -(RowSums.Sum<V, TTeam, ProductTerm<V>>(new(t, x), start, columns) * inverse / square);
        V scale = V.From(1) / V.Sqrt(square);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) z[start + i] = V.MultiplyAdd(x[start + i], slope, t[start + i]) * scale;
    }

    internal static V Inverse<V>(int columns) where V : unmanaged, ILane<V> => V.From(Float64.Divide(1, columns));
}
