using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Orthogonal and upper triangular factors by Householder reflectors.</summary>
public static class QrKernels
{
    /// <summary>
    /// q [batch, rows, columns], which holds a and becomes the factor with orthonormal columns, and r [batch, columns, columns], with no number on its diagonal negative. Layout: a block a matrix, a thread a column of the rest. Work:
    /// columns numbers a matrix. Launch: a block of up to 256 threads a matrix. Limit: sums over rows, one after another.
    /// </summary>
    public static void Qr<V>(ArrayView<V> q, ArrayView<V> r, ArrayView<V> work, int rows, int columns) where V : unmanaged, ILane<V>
    {
        ArrayView<V> partial = SharedMemory.Allocate<V>(BlockSums.MostThreads);
        long start = (long)Grid.IdxX * rows * columns, triangle = (long)Grid.IdxX * columns * columns, taus = (long)Grid.IdxX * columns;
        for (int k = 0; k < columns; k++)
        {
            Group.Barrier();
            long diagonal = start + ((long)k * columns) + k;
            V squares = V.From(0);
            for (int row = k + Group.IdxX; row < rows; row += Group.DimX)
            {
                V number = q[start + ((long)row * columns) + k];
                squares = V.MultiplyAdd(number, number, squares);
            }

            V head = q[diagonal], norm = V.Sqrt(BlockSums.Sum(partial, squares)), result = -V.CopySign(norm, head);
            bool isZero = V.AllWithin(norm, 0);
            V tau = isZero ? V.From(0) : (result - head) / result, factor = isZero ? V.From(0) : V.From(1) / (head - result);
            for (int row = k + 1 + Group.IdxX; row < rows; row += Group.DimX) q[start + ((long)row * columns) + k] *= factor;
            if (Group.IdxX == 0)
            {
                work[taus + k] = tau;
                r[triangle + ((long)k * columns) + k] = result;
            }

            for (int j = Group.IdxX; j < k; j += Group.DimX) r[triangle + ((long)k * columns) + j] = V.From(0);
            Group.Barrier();
            for (int j = k + 1 + Group.IdxX; j < columns; j += Group.DimX)
            {
                V sum = Dot(q, start, rows, columns, k, j) + q[start + ((long)k * columns) + j];
                Take(q, start, rows, columns, k, j, tau * sum);
                V rest = q[start + ((long)k * columns) + j] - (tau * sum);
                q[start + ((long)k * columns) + j] = rest;
                r[triangle + ((long)k * columns) + j] = rest;
            }
        }

        for (int k = columns - 1; k >= 0; k--)
        {
            Group.Barrier();
            V tau = work[taus + k];
            for (int j = k + 1 + Group.IdxX; j < columns; j += Group.DimX)
            {
                V sum = Dot(q, start, rows, columns, k, j);
                Take(q, start, rows, columns, k, j, tau * sum);
                q[start + ((long)k * columns) + j] = -(tau * sum);
            }

            Group.Barrier();
            for (int row = Group.IdxX; row < rows; row += Group.DimX)
            {
                long place = start + ((long)row * columns) + k;
                q[place] = row < k ? V.From(0) : row == k ? V.From(1) - tau : -(tau * q[place]);
            }
        }

        Group.Barrier();
        for (int k = 0; k < columns; k++)
        {
            if (!V.AnyGreater(-r[triangle + ((long)k * columns) + k], 0)) continue;
            for (int row = Group.IdxX; row < rows; row += Group.DimX) q[start + ((long)row * columns) + k] = -q[start + ((long)row * columns) + k];
            for (int j = k + 1 + Group.IdxX; j < columns; j += Group.DimX) r[triangle + ((long)k * columns) + j] = -r[triangle + ((long)k * columns) + j];
        }

        Group.Barrier();
        for (int k = Group.IdxX; k < columns; k += Group.DimX) r[triangle + ((long)k * columns) + k] = V.Abs(r[triangle + ((long)k * columns) + k]);
    }

    // The product of column j and a reflector below its one.
    static V Dot<V>(ArrayView<V> q, long start, int rows, int columns, int k, int j) where V : unmanaged, ILane<V>
    {
        V sum = V.From(0);
        for (int row = k + 1; row < rows; row++) sum = V.MultiplyAdd(q[start + ((long)row * columns) + k], q[start + ((long)row * columns) + j], sum);
        return sum;
    }

    static void Take<V>(ArrayView<V> q, long start, int rows, int columns, int k, int j, V factor) where V : unmanaged, ILane<V>
    {
        for (int row = k + 1; row < rows; row++)
        {
            long line = start + ((long)row * columns);
            q[line + j] = V.MultiplyAdd(-factor, q[line + k], q[line + j]);
        }
    }
}
