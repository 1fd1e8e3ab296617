using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 3: a thread keeps a small tile of the target in registers, so that a number read from shared memory serves several multiplications. Any strides and sizes: the form for what the faster
/// rungs do not take. Launch: a tile's threads. Limit: single loads from memory, then shared reads.
/// </summary>
public static class Rung3ThreadTile
{
    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<V, TTile, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TTile : struct, ITile
        where TFinish : unmanaged, IUnaryOperator
    {
        // One row more than the tile keeps the stores of neighbouring threads in different banks.
        ArrayView<V> a = SharedMemory.Allocate<V>(TTile.Inner * (TTile.Rows + 1)), b = SharedMemory.Allocate<V>(TTile.Inner * TTile.Columns);
        int threads = TTile.Rows / TTile.ThreadRows * (TTile.Columns / TTile.ThreadColumns);
        int across = TTile.Columns / TTile.ThreadColumns, threadColumn = Group.IdxX % across, threadRow = Group.IdxX / across;
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        int firstRow = share.Row, firstColumn = share.Column;
        var sums = new V[TTile.ThreadRows * TTile.ThreadColumns];
        var lefts = new V[TTile.ThreadRows];
        for (int i = 0; i < TTile.ThreadRows * TTile.ThreadColumns; i++) sums[i] = V.From(0);

        for (int first = share.First; first < share.End; first += TTile.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * TTile.Inner; i += threads)
            {
                int k = i % TTile.Inner, row = i / TTile.Inner;
                bool isInside = firstRow + row < product.Rows && first + k < share.End;
                a[(k * (TTile.Rows + 1)) + row] = isInside ? left[share.Left + ((long)(firstRow + row) * product.LeftRowStep) + ((long)(first + k) * product.LeftInnerStep)] : V.From(0);
            }

            for (int i = Group.IdxX; i < TTile.Columns * TTile.Inner; i += threads)
            {
                int column = i % TTile.Columns, k = i / TTile.Columns;
                bool isInside = firstColumn + column < product.Columns && first + k < share.End;
                b[i] = isInside ? right[share.Right + ((long)(first + k) * product.RightInnerStep) + ((long)(firstColumn + column) * product.RightColumnStep)] : V.From(0);
            }

            Group.Barrier();
            for (int k = 0; k < TTile.Inner; k++)
            {
                for (int i = 0; i < TTile.ThreadRows; i++) lefts[i] = a[(k * (TTile.Rows + 1)) + (threadRow * TTile.ThreadRows) + i];
                for (int j = 0; j < TTile.ThreadColumns; j++)
                {
                    // Neighbouring threads read neighbouring columns.
                    V factor = b[(k * TTile.Columns) + (j * across) + threadColumn];
                    for (int i = 0; i < TTile.ThreadRows; i++)
                        sums[(i * TTile.ThreadColumns) + j] = V.MultiplyAdd(lefts[i], factor, sums[(i * TTile.ThreadColumns) + j]);
                }
            }

            Group.Barrier();
        }

        for (int i = 0; i < TTile.ThreadRows; i++)
        {
            for (int j = 0; j < TTile.ThreadColumns; j++)
            {
                int row = firstRow + (threadRow * TTile.ThreadRows) + i, column = firstColumn + (j * across) + threadColumn;
                if (row >= product.Rows || column >= product.Columns) continue;
                Share.Store(sums[(i * TTile.ThreadColumns) + j], bias, target, product, row, column, share.Place(product, row, column), finish);
            }
        }
    }
}
