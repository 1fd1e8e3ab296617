using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Softmax and log-softmax of dense rows and their derivatives. Layout: a team a row, which it reads again from cache for each pass. Launch: a team a row.
/// Limit: memory bandwidth.
/// </summary>
public static class SoftmaxKernels
{
    /// <summary>y = e^(x - max x) / Σ e^(x - max x) for x, y [rows, columns].</summary>
    public static void Softmax<V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        RowShift<V> shift = RowSums.Shift<V, TTeam>(x, start, columns);
        V scale = V.From(1) / RowSums.Sum<V, TTeam, PowerTerm<V>>(new(x, shift), start, columns);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) y[start + i] = shift.Power(x[start + i]) * scale;
    }

    /// <summary>z = y·(t - Σ t·y): the Jacobian of softmax at the result y, which is symmetric, times t.</summary>
    public static void SoftmaxDerivative<V, TTeam>(ArrayView<V> t, ArrayView<V> y, ArrayView<V> z, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V sum = RowSums.Sum<V, TTeam, ProductTerm<V>>(new(t, y), start, columns);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) z[start + i] = y[start + i] * (t[start + i] - sum);
    }

    /// <summary>y = (x - max x) - log Σ e^(x - max x)</summary>
    public static void LogSoftmax<V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        RowShift<V> shift = RowSums.Shift<V, TTeam>(x, start, columns);
        V log = Elementary.Log(RowSums.Sum<V, TTeam, PowerTerm<V>>(new(x, shift), start, columns));
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) y[start + i] = x[start + i] - shift.Value - log;
    }

    /// <summary>z = t - e^y·Σ t: the transposed Jacobian of log-softmax at the result y, times t.</summary>
    public static void LogSoftmaxDerivative<V, TTeam>(ArrayView<V> t, ArrayView<V> y, ArrayView<V> z, int rows, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V sum = -RowSums.Sum<V, TTeam, NumberTerm<V>>(new(t), start, columns);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size)
            z[start + i] = V.MultiplyAdd(Elementary.ExpOfNonPositive(y[start + i]), sum, t[start + i]);
    }
}
