using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Places of running extremes along an axis, over dense operands seen as [outer, size, inner]. Threads share lines. Limit: latency of a comparison.</summary>
public static unsafe class ScanExtremeKernel
{
    const int MinimumPerWorker = 8192;

    /// <summary>y[o, j, i] = place of the largest (or smallest) of x[o, 0 … j, i]: the latest of equals; once there is a NaN, the latest NaN.</summary>
    public static void Run<T>(T* x, long* y, int outer, int size, int inner, bool largest, bool reverse) where T : unmanaged, INumber<T>
    {
        if (size > 0 && inner > 0) Workers.For(outer * inner, Math.Max(1, MinimumPerWorker / size), new Body<T>(x, y, size, inner, largest, reverse));
    }

    readonly struct Body<T>(T* x, long* y, int size, int inner, bool largest, bool reverse) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            for (int line = start; line < end; line++)
            {
                long o = line / inner, first = (o * size * inner) + (line - (o * inner)), best = reverse ? size - 1 : 0;
                T value = x[first + (best * inner)];
                for (int j = 0; j < size; j++)
                {
                    long at = reverse ? size - 1 - j : j;
                    T candidate = x[first + (at * inner)];
                    if (T.IsNaN(candidate) || (largest ? candidate >= value : candidate <= value))
                    {
                        value = candidate;
                        best = at;
                    }

                    y[first + (at * inner)] = best;
                }
            }
        }
    }
}
