using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Discrete Fourier transforms over dense memory: many lines, one a lane of a register, pass through tiles that stay in the second-level cache. A line's bits depend neither on the lines
/// beside it nor on threads. Limit: that cache for short lines, arithmetic for long ones.
/// </summary>
public static unsafe class FourierKernel
{
    // A share of this many numbers takes some 10 µs.
    const int MinimumPerWorker = 8192;

    // Planes that pass through rows and columns together.
    const int GroupBytes = 1 << 18;

    /// <summary>Transforms of <paramref name="count"/> dense lines.</summary>
    public static void Lines<T>(in FourierShape<T> shape, T* x, T* y, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (shape.Kind == FourierKind.Complex && shape.Plan.First is not null)
        {
            Share<LongPart<T>, T>(count, MinimumPerWorker / shape.Length, new(shape, x, y));
            return;
        }

        int lanes = Lanes<T>();
        Share<LinePart<T>, T>((count + lanes - 1) / lanes, MinimumPerWorker / (lanes * shape.Length), new(shape, x, y, count, shape.Scale));
    }

    /// <summary>Transforms of complex numbers along the middle axis of [outer, length, inner].</summary>
    public static void Columns<T>(in FourierShape<T> shape, T* x, T* y, int outer, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Lanes<T>(), tiles = (inner + lanes - 1) / lanes;
        Share<ColumnPart<T>, T>(outer * tiles, MinimumPerWorker / (lanes * shape.Length), new(shape, shape.Length, x, y, inner, tiles, shape.Scale));
    }

    /// <summary>Transforms over both axes of <paramref name="planes"/> planes of <see cref="FourierShape{T}.Height"/> lines.</summary>
    public static void Planes<T>(in FourierShape<T> shape, T* x, T* y, int planes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = shape.Kind == FourierKind.Complex ? shape.Length : shape.Half, lanes = Lanes<T>();
        long plane = (long)shape.Height * width;
        if (planes > 1 && (planes >= 4 * Workers.Threads || plane * planes < 2 * MinimumPerWorker))
        {
            Share<PlanePart<T>, T>(planes, (int)Math.Max(1, MinimumPerWorker / plane), new(shape, x, y, width));
            return;
        }

        int count = planes * shape.Height, tiles = (width + lanes - 1) / lanes;
        bool columnsFirst = shape.Kind == FourierKind.ToReal;
        T* between = columnsFirst ? Scratch.Result<T>(2 * plane * planes) : y;
        for (int stage = 0; stage < 2; stage++)
        {
            if (stage == 0 == columnsFirst)
                Share<ColumnPart<T>, T>(planes * tiles, MinimumPerWorker / (lanes * shape.Height), new(shape, shape.Height, columnsFirst ? x : y, between, width, tiles, columnsFirst ? 1 : shape.Scale));
            else
                Share<LinePart<T>, T>((count + lanes - 1) / lanes, MinimumPerWorker / (lanes * shape.Length), new(shape, columnsFirst ? between : x, y, count, columnsFirst ? shape.Scale : 1));
        }
    }

    static int Lanes<T>() where T : unmanaged => Simd.Bits / 8 / sizeof(T);

    static void Share<TPart, T>(int count, int minimum, in TPart part)
        where TPart : struct, IFourierPart<T>
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Workers.For(count, Math.Max(1, minimum), new Body<TPart, T>(part));

    interface IFourierPart<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        void Run<V, TWords>(int start, int end)
            where V : struct, IRegister<V, T>
            where TWords : struct, ITileWords<V, T>;
    }

    readonly struct Body<TPart, T>(TPart part) : IRangeBody
        where TPart : struct, IFourierPart<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end)
        {
            TPart own = part;
            if (Vector512.IsHardwareAccelerated) own.Run<Lane512<T>, TileWords512<T>>(start, end);
            else if (Vector256.IsHardwareAccelerated) own.Run<Lane256<T>, TileWords256<T>>(start, end);
            else own.Run<Lane128<T>, TileWords128<T>>(start, end);
        }
    }

    readonly struct LinePart<T>(FourierShape<T> shape, T* x, T* y, int count, double scale) : IFourierPart<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run<V, TWords>(int start, int end)
            where V : struct, IRegister<V, T>
            where TWords : struct, ITileWords<V, T> =>
            FourierLoops<V, TWords, T>.Lines(shape, x, y, start * V.Count, Math.Min(count, end * V.Count), scale);
    }

    readonly struct LongPart<T>(FourierShape<T> shape, T* x, T* y) : IFourierPart<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run<V, TWords>(int start, int end)
            where V : struct, IRegister<V, T>
            where TWords : struct, ITileWords<V, T>
        {
            for (int line = start; line < end; line++)
                FourierLoops<V, TWords, T>.LongLine(shape.Plan, shape.IsInverse, x + ((nint)line * shape.LineIn), y + ((nint)line * shape.LineIn), shape.Scale);
        }
    }

    readonly struct ColumnPart<T>(FourierShape<T> shape, int length, T* x, T* y, int inner, int tiles, double scale) : IFourierPart<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run<V, TWords>(int start, int end)
            where V : struct, IRegister<V, T>
            where TWords : struct, ITileWords<V, T>
        {
            FourierPlan<T> plan = FourierPlan<T>.Of(length);
            bool isInverse = shape.Kind == FourierKind.ToReal || shape.IsInverse;
            while (start < end)
            {
                int outer = start / tiles, first = start - (outer * tiles), last = Math.Min(tiles, first + end - start);
                nint offset = 2 * (nint)outer * length * inner;
                FourierLoops<V, TWords, T>.Columns(plan, isInverse, x + offset, y + offset, inner, first * V.Count, Math.Min(inner, last * V.Count), scale);
                start += last - first;
            }
        }
    }

    readonly struct PlanePart<T>(FourierShape<T> shape, T* x, T* y, int width) : IFourierPart<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run<V, TWords>(int start, int end)
            where V : struct, IRegister<V, T>
            where TWords : struct, ITileWords<V, T>
        {
            FourierPlan<T> columns = FourierPlan<T>.Of(shape.Height);
            nint plane = 2 * (nint)shape.Height * width;
            int group = (int)Math.Max(1, GroupBytes / (plane * sizeof(T))), height = shape.Height;
            bool toReal = shape.Kind == FourierKind.ToReal;
            T* between = toReal ? Scratch.Result<T>(plane * group) : null;
            for (int first = start; first < end; first += group)
            {
                int count = Math.Min(group, end - first);
                T* source = x + (first * (nint)height * shape.LineIn), target = y + (first * (nint)height * shape.LineOut);
                if (!toReal) FourierLoops<V, TWords, T>.Lines(shape, source, target, 0, count * height, 1);
                for (int i = 0; i < count; i++)
                {
                    if (toReal) FourierLoops<V, TWords, T>.Columns(columns, true, source + (i * plane), between + (i * plane), width, 0, width, 1);
                    else FourierLoops<V, TWords, T>.Columns(columns, shape.IsInverse, target + (i * plane), target + (i * plane), width, 0, width, shape.Scale);
                }

                if (toReal) FourierLoops<V, TWords, T>.Lines(shape, between, target, 0, count * height, shape.Scale);
            }
        }
    }
}
