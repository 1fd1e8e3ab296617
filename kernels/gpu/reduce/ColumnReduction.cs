using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Folds over the rows of a dense matrix, a result a column. Layout: a warp takes 32 neighbouring columns of one row, the warps of a block every few rows of a piece; the warps'
/// results are folded in order. Launch: blocks of 32 columns times pieces of rows. Limit: memory bandwidth.
/// </summary>
/// <remarks>A tall matrix is cut into pieces by its shape alone; a second launch folds the pieces' results, which are a matrix of one row a piece.</remarks>
public static class ColumnReduction
{
    // The most warps of a block.
    const int MostWarps = 8;

    /// <summary>y[p, j] = scale · fold of x[i, j] over rows i of piece p, for x [rows, columns] and y [⌈rows / pieceRows⌉, columns].</summary>
    public static void Fold<TFold, V>(ArrayView<V> x, ArrayView<V> y, int rows, int columns, int pieceRows, double scale, TFold fold)
        where TFold : unmanaged, IReduction
        where V : unmanaged, ILane<V>
    {
        ArrayView<V> partial = SharedMemory.Allocate<V>(MostWarps * WarpTeam.Threads);
        int lane = WarpTeam.Member, warp = Group.IdxX / WarpTeam.Threads, warps = Group.DimX / WarpTeam.Threads;
        long column = ((long)Grid.IdxX * WarpTeam.Threads) + lane;
        int first = Grid.IdxY * pieceRows, end = Math.Min(rows, first + pieceRows);
        V a = fold.Start<V>(), b = a;
        if (column < columns)
        {
            int i = first + warp;
            for (; i < end - warps; i += 2 * warps)
            {
                a = fold.Fold(a, x[((long)i * columns) + column]);
                b = fold.Fold(b, x[((long)(i + warps) * columns) + column]);
            }

            if (i < end) a = fold.Fold(a, x[((long)i * columns) + column]);
        }

        partial[Group.IdxX] = fold.Fold(a, b);
        Group.Barrier();
        if (warp != 0 || column >= columns) return;
        V result = partial[lane];
        for (int other = 1; other < warps; other++) result = fold.Fold(result, partial[(other * WarpTeam.Threads) + lane]);
        y[((long)Grid.IdxY * columns) + column] = result * V.From(scale);
    }
}
