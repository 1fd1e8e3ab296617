using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Logarithms of sums of exponentials and cross-entropies of dense rows, and their derivatives. Layout and launch as <see cref="SoftmaxKernels"/>. A target outside the row gives NaN:
/// a kernel cannot throw, and must not read elsewhere.
/// </summary>
public static class LogSumExpKernels
{
    /// <summary>y = max x + log Σ e^(x - max x) for y [rows].</summary>
    public static void LogSumExp<V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        RowShift<V> shift = RowSums.Shift<V, TTeam>(x, start, columns);
        V log = Elementary.Log(RowSums.Sum<V, TTeam, PowerTerm<V>>(new(x, shift), start, columns));
        if (TTeam.Member == 0) y[row] = shift.Value + log;
    }

    /// <summary>z = t·e^(x - y) for one t and one result y a row; 0 where y is -∞.</summary>
    public static void LogSumExpDerivative<V, TTeam>(ArrayView<V> t, ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V factor = t[row], result = y[row];
        V shift = V.IfEqual(result, V.Lowest, V.From(0), result);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) z[start + i] = factor * Elementary.ExpOfNonPositive(x[start + i] - shift);
    }

    /// <summary>y = log Σ e^x - x[target] for targets, y [rows].</summary>
    public static void CrossEntropy<V, TTeam>(ArrayView<V> x, ArrayView<long> targets, ArrayView<V> y, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        RowShift<V> shift = RowSums.Shift<V, TTeam>(x, start, columns);
        V log = Elementary.Log(RowSums.Sum<V, TTeam, PowerTerm<V>>(new(x, shift), start, columns));
        if (TTeam.Member != 0) return;
        long target = targets[row];
        y[row] = target >= 0 && target < columns ? log - (x[start + target] - shift.Value) : V.From(double.NaN);
    }

    /// <summary>z = t·(softmax x - 1 at the target) for one t a row.</summary>
    public static void CrossEntropyDerivative<V, TTeam>(ArrayView<V> x, ArrayView<long> targets, ArrayView<V> t, ArrayView<V> z, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        RowShift<V> shift = RowSums.Shift<V, TTeam>(x, start, columns);
        V factor = t[row], scale = factor / RowSums.Sum<V, TTeam, PowerTerm<V>>(new(x, shift), start, columns);
        long target = targets[row];
        for (int i = TTeam.Member; i < columns; i += TTeam.Size)
        {
            V weight = shift.Power(x[start + i]) * scale;
            z[start + i] = i == target ? weight - factor : weight;
        }
    }
}
