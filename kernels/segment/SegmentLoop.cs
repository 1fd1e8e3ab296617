using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>A computation on the rows of one segment and some neighbouring columns. Its operands are its fields; the bits of a column do not depend on the columns beside it.</summary>
interface ISegmentKernel<T> where T : unmanaged
{
    void Segment<V>(int segment, int firstColumn, int columns) where V : struct, IRegister<V, T>;
}

/// <summary>The loop over segments, which threads share; few segments of wide rows are cut along columns as well.</summary>
static class SegmentLoop
{
    const int MinimumPerWorker = 8192, LeastColumns = 32;

    public static void Run<TKernel, T>(in TKernel kernel, int rows, int segments, int columns)
        where TKernel : struct, ISegmentKernel<T>
        where T : unmanaged
    {
        if (segments == 0 || columns == 0) return;
        int cuts = Math.Clamp(Math.Min(4 * Workers.Threads / segments, columns / LeastColumns), 1, columns);
        long perItem = Math.Max(1, ((long)rows + segments) * columns / ((long)segments * cuts));
        Workers.For(segments * cuts, (int)Math.Max(1, MinimumPerWorker / perItem), new Body<TKernel, T>(kernel, columns, cuts));
    }

    readonly struct Body<TKernel, T>(TKernel kernel, int columns, int cuts) : IRangeBody
        where TKernel : struct, ISegmentKernel<T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            TKernel own = kernel;
            for (int item = start; item < end; item++)
            {
                int segment = item / cuts, cut = item - (segment * cuts);
                int first = (int)((long)columns * cut / cuts), count = (int)((long)columns * (cut + 1) / cuts) - first;
                if (Vector512.IsHardwareAccelerated) own.Segment<Lane512<T>>(segment, first, count);
                else if (Vector256.IsHardwareAccelerated) own.Segment<Lane256<T>>(segment, first, count);
                else own.Segment<Lane128<T>>(segment, first, count);
            }
        }
    }
}
