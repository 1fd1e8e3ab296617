using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Factors of square matrices [batch, order, order] in place, a panel of some columns at a time. Layout: a block a matrix, in global memory, which the cache holds; threads share the elements of each step.
/// Launch: a block of up to 256 threads a matrix. Limit: barriers, a few a column.
/// </summary>
public static class FactorKernels
{
    const int MostThreads = 256;

    /// <summary>The lower factor of the square of some columns on the diagonal. A pivot that is not positive is noted by the number of its matrix, and gives NaN.</summary>
    public static void Cholesky<V>(ArrayView<V> l, ArrayView<int> failure, int order, int first, int width) where V : unmanaged, ILane<V>
    {
        long start = ((long)Grid.IdxX * order * order) + ((long)first * order) + first;
        for (int column = 0; column < width; column++)
        {
            Group.Barrier();
            long diagonal = start + ((long)column * order) + column;
            V pivot = l[diagonal], root = V.Sqrt(pivot);
            Group.Barrier();
            int rest = width - column - 1;
            if (Group.IdxX == 0)
            {
                l[diagonal] = root;
                if (V.AnyNotNormal(pivot)) Atomic.Min(ref failure[0], Grid.IdxX);
            }

            for (int i = Group.IdxX; i < rest; i += Group.DimX) l[diagonal + ((long)(i + 1) * order)] /= root;
            Group.Barrier();
            for (int element = Group.IdxX; element < rest * rest; element += Group.DimX)
            {
                int row = element / rest, k = element - (row * rest);
                if (k > row) continue;
                long line = diagonal + ((long)(row + 1) * order);
                l[line + k + 1] = V.MultiplyAdd(-l[line], l[diagonal + ((long)(k + 1) * order)], l[line + k + 1]);
            }
        }
    }

    /// <summary>
    /// Some columns of l and u, with rows exchanged over the whole matrix so that the largest number of what is left of a column is its pivot, the first of equals. The first panel starts the order and the sign.
    /// </summary>
    public static void Lu<V>(ArrayView<V> a, ArrayView<long> places, ArrayView<V> sign, int order, int first, int width) where V : unmanaged, ILane<V>
    {
        ArrayView<V> values = SharedMemory.Allocate<V>(MostThreads);
        ArrayView<int> rows = SharedMemory.Allocate<int>(MostThreads);
        long start = (long)Grid.IdxX * order * order, list = (long)Grid.IdxX * order;
        if (first == 0)
        {
            for (int i = Group.IdxX; i < order; i += Group.DimX) places[list + i] = i;
            if (Group.IdxX == 0) sign[Grid.IdxX] = V.From(1);
        }

        for (int column = first; column < first + width; column++)
        {
            Group.Barrier();
            V best = V.From(-1);
            int pivot = column;
            for (int row = column + Group.IdxX; row < order; row += Group.DimX)
            {
                V candidate = V.Abs(a[start + ((long)row * order) + column]);
                if (!V.AnyGreater(candidate - best, 0)) continue;
                best = candidate;
                pivot = row;
            }

            values[Group.IdxX] = best;
            rows[Group.IdxX] = pivot;
            Group.Barrier();
            for (int other = 0; other < Group.DimX; other++)
            {
                V difference = values[other] - best;
                if (!V.AnyGreater(difference, 0) && !(V.AllWithin(difference, 0) && rows[other] < pivot)) continue;
                best = values[other];
                pivot = rows[other];
            }

            long own = start + ((long)column * order), taken = start + ((long)pivot * order);
            if (pivot != column)
            {
                for (int i = Group.IdxX; i < order; i += Group.DimX)
                {
                    V number = a[own + i];
                    a[own + i] = a[taken + i];
                    a[taken + i] = number;
                }

                if (Group.IdxX == 0)
                {
                    long place = places[list + column];
                    places[list + column] = places[list + pivot];
                    places[list + pivot] = place;
                    sign[Grid.IdxX] = -sign[Grid.IdxX];
                }
            }

            Group.Barrier();
            V divisor = a[own + column];
            int below = order - column - 1, rest = first + width - column - 1;
            if (V.AllWithin(divisor, 0)) continue;
            for (int i = Group.IdxX; i < below; i += Group.DimX) a[own + ((long)(i + 1) * order) + column] /= divisor;
            Group.Barrier();
            for (int element = Group.IdxX; element < below * rest; element += Group.DimX)
            {
                int row = element / rest, k = element - (row * rest) + 1;
                long line = own + ((long)(row + 1) * order) + column;
                a[line + k] = V.MultiplyAdd(-a[line], a[own + column + k], a[line + k]);
            }
        }
    }
}
