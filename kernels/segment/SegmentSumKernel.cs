using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// Sums of the rows of segments, in their order, and the rows of a table given back to them. Layout: dense rows, found by the order of <see cref="SegmentOrderKernel"/>; a segment's sums stay in the
/// first-level cache while its rows pass. Limit: reading the rows.
/// </summary>
public static unsafe class SegmentSumKernel
{
    const int MinimumPerWorker = 16384, Ahead = 4, CacheLine = 64;

    /// <summary>y[s, :] = Σ x[order[p], :] over p from starts[s] to starts[s+1] - 1; x [rows, columns], y [segments, columns].</summary>
    public static void Sum<T>(T* x, long* order, long* starts, T* y, int rows, int segments, int columns) where T : unmanaged, INumber<T> =>
        SegmentLoop.Run<SumKernel<T>, T>(new(x, order, starts, y, columns), rows, segments, columns);

    /// <summary>y[r, :] = x[ids[r], :]; x [segments, columns], y [rows, columns].</summary>
    public static void Gather<T>(T* x, long* ids, T* y, int rows, int columns) where T : unmanaged =>
        Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, columns)), new GatherBody<T>(x, ids, y, columns));

    readonly struct SumKernel<T>(T* x, long* order, long* starts, T* y, int width) : ISegmentKernel<T> where T : unmanaged, INumber<T>
    {
        public void Segment<V>(int segment, int firstColumn, int columns) where V : struct, IRegister<V, T>
        {
            T* target = y + ((long)segment * width) + firstColumn;
            long end = starts[segment + 1];
            if (columns == 1)
            {
                T sum = T.Zero;
                for (long p = starts[segment]; p < end; p++) sum += x[(order[p] * width) + firstColumn];
                *target = sum;
                return;
            }

            new Span<T>(target, columns).Clear();
            for (long p = starts[segment]; p < end; p++)
            {
                if (p + Ahead < end) Prefetch(x + (order[p + Ahead] * width) + firstColumn, columns);
                AddRow.Run(x + (order[p] * width) + firstColumn, target, columns);
            }
        }

        // Rows in no order are what the processor cannot foresee.
        static void Prefetch(T* row, int columns)
        {
            if (!Sse.IsSupported) return;
            for (int i = 0; i < columns; i += CacheLine / sizeof(T)) Sse.Prefetch0(row + i);
        }
    }

    readonly struct GatherBody<T>(T* x, long* ids, T* y, int columns) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            if (columns == 1)
            {
                for (int row = start; row < end; row++) y[row] = x[ids[row]];
                return;
            }

            for (int row = start; row < end; row++)
                new ReadOnlySpan<T>(x + (ids[row] * columns), columns).CopyTo(new Span<T>(y + ((long)row * columns), columns));
        }
    }
}
