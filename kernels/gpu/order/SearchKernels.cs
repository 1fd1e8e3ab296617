using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Places of numbers in sorted rows, and values put at places.</summary>
public static class SearchKernels
{
    /// <summary>
    /// z[r, j] = number of elements of sorted row r below y[r, j], or not above where right; x [rows, size]; y, z [rows, count]. Launch: one thread a number. Limit:
    /// latency of log₂ size reads.
    /// </summary>
    public static void Search<T>(ArrayView<T> x, ArrayView<T> y, ArrayView<long> z, int rows, int size, int count, int right) where T : unmanaged, INumber<T>
    {
        long element = Places.Thread;
        if (element >= (long)rows * count) return;
        long start = element / count * size;
        T number = y[element];
        int low = 0, high = size;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBefore = IsBefore(x[start + middle], number, right);
            low = isBefore ? middle + 1 : low;
            high = isBefore ? high : middle;
        }

        z[element] = low;
    }

    /// <summary>winners[o, indices[o, j, i], i] = the largest such j, by a maximum of integers, which has no order; the caller writes -1 into all before. Launch: one thread an index.</summary>
    public static void Winners(ArrayView<long> indices, ArrayView<int> winners, int outer, int size, int inner, int count)
    {
        long element = Places.Thread;
        if (element >= (long)outer * count * inner) return;
        long line = element / inner, i = element - (line * inner), o = line / count, index = indices[element];
        if (index < 0 || index >= size) return;
        Atomic.Max(ref winners[(((o * size) + index) * inner) + i], (int)(line - (o * count)));
    }

    /// <summary>y[o, k, i] = x[o, winner, i] where there is a winner, else of the base. Launch: one thread an element of y. Limit: memory bandwidth.</summary>
    public static void Put<T>(ArrayView<T> before, ArrayView<int> winners, ArrayView<T> x, ArrayView<T> y, int outer, int size, int inner, int count) where T : unmanaged
    {
        long element = Places.Thread;
        if (element >= (long)outer * size * inner) return;
        long line = element / inner, i = element - (line * inner), o = line / size;
        int winner = winners[element];
        y[element] = winner >= 0 ? x[(((o * count) + winner) * inner) + i] : before[element];
    }

    /// <summary>y[o, k, i] = the j of the largest (or smallest) x[o, j, i] whose index is k, the first of equals and of NaN, or -1; the caller writes -1 into all before. Launch: one thread for each of outer·inner.</summary>
    public static void ExtremesAlong<T>(ArrayView<T> x, ArrayView<long> indices, ArrayView<long> y, int outer, int size, int inner, int count, int largest) where T : unmanaged, INumber<T>
    {
        long column = Places.Thread, o = column / inner;
        if (o >= outer) return;
        long i = column - (o * inner);
        for (int j = 0; j < count; j++)
        {
            long source = (((o * count) + j) * inner) + i, index = indices[source];
            if (index < 0 || index >= size) continue;
            long target = (((o * size) + index) * inner) + i, best = y[target];
            bool takes = best < 0 || IsBetter(x[source], x[(((o * count) + (best < 0 ? 0 : best)) * inner) + i], largest);
            if (takes) y[target] = j;
        }
    }

    internal static bool IsBetter<T>(T candidate, T value, int largest) where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(value)) return false;
        if (T.IsNaN(candidate)) return true;
        return largest != 0 ? candidate > value : candidate < value;
    }

    static bool IsBefore<T>(T element, T number, int right) where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(number)) return right != 0 || !T.IsNaN(element);
        return right != 0 ? element <= number : element < number;
    }
}
