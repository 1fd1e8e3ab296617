using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Rows at which the columns of segments are extreme. Layout: dense rows, found by the order of <see cref="SegmentOrderKernel"/>. Limit: latency of comparisons.</summary>
public static unsafe class SegmentExtremeKernel
{
    /// <summary>y[s, i] = row of the largest (or smallest) x[·, i] of segment s, the first of equals, the first NaN if there is one; -1 for a segment without rows.</summary>
    public static void Run<T>(T* x, long* order, long* starts, long* y, int rows, int segments, int columns, bool largest) where T : unmanaged, INumber<T> =>
        SegmentLoop.Run<Extreme<T>, T>(new(x, order, starts, y, columns, largest), rows, segments, columns);

    readonly struct Extreme<T>(T* x, long* order, long* starts, long* y, int width, bool largest) : ISegmentKernel<T> where T : unmanaged, INumber<T>
    {
        public void Segment<V>(int segment, int firstColumn, int columns) where V : struct, IRegister<V, T>
        {
            long* best = y + ((long)segment * width);
            int end = firstColumn + columns;
            for (int i = firstColumn; i < end; i++) best[i] = -1;
            for (long p = starts[segment]; p < starts[segment + 1]; p++)
            {
                T* row = x + (order[p] * width);
                for (int i = firstColumn; i < end; i++)
                {
                    if (best[i] < 0 || IsBetter(row[i], x[(best[i] * width) + i])) best[i] = order[p];
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
