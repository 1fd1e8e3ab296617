using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Triangles of matrices and systems with them.</summary>
public static class TriangularKernels
{
    /// <summary>
    /// y = x where column - row is at most (lower) or at least (upper) an offset, zero elsewhere, for dense x, y [batch, rows, columns]; the main diagonal is scaled. Launch: a thread an element. Limit: bandwidth.
    /// </summary>
    public static void Triangle<V>(ArrayView<V> x, ArrayView<V> y, long count, int rows, int columns, int isLower, int offset, double diagonal) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= count) return;
        long line = element / columns;
        int column = (int)(element - (line * columns)), row = (int)(line - (line / rows * rows)), distance = column - row;
        V value = distance == 0 ? x[element] * V.From(diagonal) : x[element];
        bool isInside = isLower != 0 ? distance <= offset : distance >= offset;
        y[element] = isInside ? value : V.From(0);
    }

    /// <summary>
    /// Replaces right-hand sides by solutions. A zero on the diagonal is noted and gives infinities. Layout: a thread a right-hand side, which walks down its rows. Launch: one thread for each of batch·columns.
    /// Limit: latency of one row after another, for which many right-hand sides make up.
    /// </summary>
    public static void Solve<V>(ArrayView<V> a, ArrayView<V> x, ArrayView<int> failure, TriangularSystem system) where V : unmanaged, ILane<V>
    {
        long item = Places.Thread, matrix = item / system.Columns;
        if (matrix >= system.Batch) return;
        long start = system.Start + (matrix * system.BatchStep);
        long target = system.TargetStart + (matrix * system.TargetBatchStep) + ((item - (matrix * system.Columns)) * system.TargetColumnStep);
        int last = system.Order - 1;
        for (int step = 0; step <= last; step++)
        {
            int row = system.IsLower != 0 ? step : last - step;
            long place = target + ((long)row * system.TargetRowStep), line = start + ((long)row * system.RowStep);
            V sum = x[place];
            for (int k = 0; k < step; k++)
            {
                int solved = system.IsLower != 0 ? k : last - k;
                sum = V.MultiplyAdd(-a[line + ((long)solved * system.ColumnStep)], x[target + ((long)solved * system.TargetRowStep)], sum);
            }

            if (system.HasUnitDiagonal == 0)
            {
                V pivot = a[line + ((long)row * system.ColumnStep)];
                if (V.AllWithin(pivot, 0)) Atomic.Min(ref failure[0], (int)matrix);
                sum /= pivot;
            }

            x[place] = sum;
        }
    }

    /// <summary>
    /// target -= product for dense products [batch, rows, columns] and targets with rows of any distance; of square ones that lie on a diagonal perhaps the lower triangle alone. Launch: a thread an element. Limit: bandwidth.
    /// </summary>
    public static void Subtract<V>(ArrayView<V> product, ArrayView<V> target, long count, int rows, int columns, long start, long batchStep, int rowStep, int lowerOnly)
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= count) return;
        long line = element / columns, matrix = line / rows, row = line - (matrix * rows), column = element - (line * columns);
        if (lowerOnly != 0 && column > row) return;
        long place = start + (matrix * batchStep) + (row * rowStep) + column;
        target[place] -= product[element];
    }
}
