using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Folds of dense rows. Layout: the members of a team take neighbouring numbers, four steps abreast, then fold their results. The order depends on the row's length and the team's size
/// alone. Launch: a team a row. Limit: memory bandwidth.
/// </summary>
/// <remarks>
/// One long row is folded in two launches: as rows of <c>columns</c> numbers, of which the last may be short, and then as the one row of their results.
/// </remarks>
public static class RowReduction
{
    /// <summary>y[r] = scale · fold of x[r·columns … (r+1)·columns - 1], without what lies beyond <paramref name="count"/>, for y [rows].</summary>
    public static void Fold<TFold, V, TTeam>(ArrayView<V> x, ArrayView<V> y, int rows, long columns, long count, double scale, TFold fold)
        where TFold : unmanaged, IReduction
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row;
        if (row >= rows) return;
        long start = row * columns;
        long length = Math.Min(columns, count - start);
        V a = fold.Start<V>(), b = a, c = a, d = a;
        long i = TTeam.Member;
        for (; i < length - (3L * TTeam.Size); i += 4L * TTeam.Size)
        {
            a = fold.Fold(a, x[start + i]);
            b = fold.Fold(b, x[start + i + TTeam.Size]);
            c = fold.Fold(c, x[start + i + (2L * TTeam.Size)]);
            d = fold.Fold(d, x[start + i + (3L * TTeam.Size)]);
        }

        for (; i < length; i += TTeam.Size) a = fold.Fold(a, x[start + i]);
        V result = TTeam.Fold(fold, fold.Fold(fold.Fold(a, b), fold.Fold(c, d)));
        if (TTeam.Member == 0) y[row] = result * V.From(scale);
    }
}
