using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Elements put at places given by indices, and positions of extremes by places, over dense operands seen as [outer, size, inner], in the order of the indices. Threads share outer. Limit: memory latency.
/// </summary>
public static unsafe class PutKernel
{
    const int MinimumPerWorker = 8192;

    /// <summary>y = before, then y[o, indices[o, j, i], i] = x[o, j, i] in the order of j; before, y [outer, size, inner], indices, x [outer, count, inner].</summary>
    public static void Put<T>(T* before, long* indices, T* x, T* y, int outer, int size, int inner, int count) where T : unmanaged =>
        Workers.For(outer, Share(size + count, inner), new PutBody<T>(before, indices, x, y, size, inner, count));

    /// <summary>y[o, k, i] = the j of the largest (or smallest) x[o, j, i] whose index is k, the first of equals and of NaN, or -1; x, indices [outer, count, inner], y [outer, size, inner].</summary>
    public static void ArgExtreme<T>(T* x, long* indices, long* y, int outer, int size, int inner, int count, bool largest) where T : unmanaged, INumber<T> =>
        Workers.For(outer, Share(size + count, inner), new ExtremeBody<T>(x, indices, y, size, inner, count, largest));

    static int Share(int lines, int inner) => (int)Math.Max(1, MinimumPerWorker / Math.Max(1, (long)lines * inner));

    readonly struct PutBody<T>(T* before, long* indices, T* x, T* y, int size, int inner, int count) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            long block = (long)size * inner, own = (long)count * inner;
            for (int o = start; o < end; o++)
            {
                T* target = y + (o * block), source = x + (o * own);
                long* index = indices + (o * own);
                Buffer.MemoryCopy(before + (o * block), target, block * sizeof(T), block * sizeof(T));
                for (int j = 0; j < count; j++, source += inner, index += inner)
                {
                    for (int i = 0; i < inner; i++) target[(index[i] * inner) + i] = source[i];
                }
            }
        }
    }

    readonly struct ExtremeBody<T>(T* x, long* indices, long* y, int size, int inner, int count, bool largest) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            long block = (long)size * inner, own = (long)count * inner;
            for (int o = start; o < end; o++)
            {
                T* source = x + (o * own);
                long* index = indices + (o * own), target = y + (o * block);
                for (long k = 0; k < block; k++) target[k] = -1;
                for (int j = 0; j < count; j++)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        long place = ((long)j * inner) + i;
                        long* best = target + (index[place] * inner) + i;
                        if (*best < 0 || IsBetter(source[place], source[(*best * inner) + i])) *best = j;
                    }
                }
            }
        }

        bool IsBetter(T candidate, T value)
        {
            if (T.IsNaN(value)) return false;
            return T.IsNaN(candidate) || (largest ? candidate > value : candidate < value);
        }
    }
}
