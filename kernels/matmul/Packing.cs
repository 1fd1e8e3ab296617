using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Copies operands into the order in which the micro-kernel reads them.</summary>
static unsafe class Packing
{
    const int CacheLine = 64;

    /// <summary>
    /// target[step·width + line] = source[line·lineStride + step·stepStride] for every step below <paramref name="steps"/>, with zeros in the
    /// lines from <paramref name="lines"/> to <paramref name="width"/>. A line is a row of A or a column of B, a step is an index of k.
    /// </summary>
    public static void Panel<TSimd, V, T>(T* source, nint lineStride, nint stepStride, int lines, int steps, T* target, int width)
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged
    {
        // Zeros first, in one go; the lines overwrite their part.
        if (lines < width) new Span<T>(target, checked(steps * width)).Clear();
        if (lineStride == 1) CopySteps<TSimd, V, T>(source, stepStride, lines, steps, target, width);
        else if (stepStride == 1) Turn(source, lineStride, lines, steps, target, width);
        else Gather(source, lineStride, stepStride, lines, steps, target, width);
    }

    static void CopySteps<TSimd, V, T>(T* source, nint stepStride, int lines, int steps, T* target, int width)
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged
    {
        for (var step = 0; step < steps; step++)
        {
            var line = 0;
            for (; line <= lines - TSimd.Count; line += TSimd.Count) TSimd.Store(TSimd.Load(source + line), target + line);
            for (; line <= lines - Vector128<T>.Count; line += Vector128<T>.Count) Vector128.Load(source + line).Store(target + line);
            for (; line < lines; line++) target[line] = source[line];
            source += stepStride;
            target += width;
        }
    }

    static void Transpose<T>(T* source, nint lineStride, int lines, int steps, T* target, nint width) where T : unmanaged
    {
        // All lines of as many steps as a cache line of the source holds before the next steps, and of a few lines all these steps before the next lines: the source is read by whole cache lines, of which
        // those of lines a power of two apart would drive each other out, and the target stays in L1. What is left at either edge is covered by blocks that overlap the ones before and write the same
        // numbers again.
        int side = Vector128<T>.Count, strip = CacheLine / sizeof(T);
        for (int first = 0; first < steps; first += strip)
        {
            int end = Math.Min(first + strip, steps), line = 0;
            if (Avx.IsSupported)
            {
                for (; line <= lines - (2 * side); line += 2 * side)
                {
                    T* from = source + (line * lineStride), to = target + line;
                    for (int step = first; step < end; step += side)
                    {
                        int column = Math.Min(step, steps - side);
                        TransposeTwo(from + column, lineStride, to + (column * width), width);
                    }
                }
            }

            for (; line < lines; line += side)
            {
                int row = Math.Min(line, lines - side);
                for (int step = first; step < end; step += side)
                {
                    int column = Math.Min(step, steps - side);
                    TransposeOne(source + (row * lineStride) + column, lineStride, target + (column * width) + row, width);
                }
            }
        }
    }

    /// <summary>target[step·width + line] = source[line·lineStride + step] for any number of lines and steps.</summary>
    public static void Turn<T>(T* source, nint lineStride, int lines, int steps, T* target, nint width) where T : unmanaged
    {
        if (lines >= Vector128<T>.Count && steps >= Vector128<T>.Count) Transpose(source, lineStride, lines, steps, target, width);
        else Gather(source, lineStride, 1, lines, steps, target, width);
    }

    static void Gather<T>(T* source, nint lineStride, nint stepStride, int lines, int steps, T* target, nint width) where T : unmanaged
    {
        for (var step = 0; step < steps; step++)
        {
            var from = source + (step * stepStride);
            for (var line = 0; line < lines; line++)
            {
                target[line] = *from;
                from += lineStride;
            }
            target += width;
        }
    }

    // Two squares below each other, one in each half of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeTwo<T>(T* source, nint sourceRow, T* target, nint targetRow) where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            var d0 = Pair(source, 2 * sourceRow).AsDouble();
            var d1 = Pair(source + sourceRow, 2 * sourceRow).AsDouble();
            Avx.UnpackLow(d0, d1).Store((double*)target);
            Avx.UnpackHigh(d0, d1).Store((double*)(target + targetRow));
            return;
        }
        var s0 = Pair(source, 4 * sourceRow).AsSingle();
        var s1 = Pair(source + sourceRow, 4 * sourceRow).AsSingle();
        var s2 = Pair(source + (2 * sourceRow), 4 * sourceRow).AsSingle();
        var s3 = Pair(source + (3 * sourceRow), 4 * sourceRow).AsSingle();
        var even = Avx.UnpackLow(s0, s2);
        var odd = Avx.UnpackLow(s1, s3);
        Avx.UnpackLow(even, odd).Store((float*)target);
        Avx.UnpackHigh(even, odd).Store((float*)(target + targetRow));
        even = Avx.UnpackHigh(s0, s2);
        odd = Avx.UnpackHigh(s1, s3);
        Avx.UnpackLow(even, odd).Store((float*)(target + (2 * targetRow)));
        Avx.UnpackHigh(even, odd).Store((float*)(target + (3 * targetRow)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Pair<T>(T* lower, nint step) where T : unmanaged => Vector256.Create(Vector128.Load(lower), Vector128.Load(lower + step));

    // A square of 4 x 4 f32 or 2 x 2 f64.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeOne<T>(T* source, nint sourceRow, T* target, nint targetRow) where T : unmanaged
    {
        var s0 = Vector128.Load(source);
        var s1 = Vector128.Load(source + sourceRow);
        if (typeof(T) == typeof(double))
        {
            Low(s0, s1).Store(target);
            High(s0, s1).Store(target + targetRow);
            return;
        }
        var s2 = Vector128.Load(source + (2 * sourceRow));
        var s3 = Vector128.Load(source + (3 * sourceRow));
        var even = Low(s0, s2);
        var odd = Low(s1, s3);
        Low(even, odd).Store(target);
        High(even, odd).Store(target + targetRow);
        even = High(s0, s2);
        odd = High(s1, s3);
        Low(even, odd).Store(target + (2 * targetRow));
        High(even, odd).Store(target + (3 * targetRow));
    }

    // The lower halves of two vectors, interleaved.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> Low<T>(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) == typeof(double))
        {
            var (s, t) = (a.AsDouble(), b.AsDouble());
            if (Sse2.IsSupported) return Sse2.UnpackLow(s, t).As<double, T>();
            return (AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(s, t) : Vector128.Create(s[0], t[0])).As<double, T>();
        }
        if (Sse.IsSupported) return Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>();
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle()).As<float, T>();
        var (x, y) = (a.AsSingle(), b.AsSingle());
        return Vector128.Create(x[0], y[0], x[1], y[1]).As<float, T>();
    }

    // The upper halves of two vectors, interleaved.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> High<T>(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) == typeof(double))
        {
            var (s, t) = (a.AsDouble(), b.AsDouble());
            if (Sse2.IsSupported) return Sse2.UnpackHigh(s, t).As<double, T>();
            return (AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(s, t) : Vector128.Create(s[1], t[1])).As<double, T>();
        }
        if (Sse.IsSupported) return Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        var (x, y) = (a.AsSingle(), b.AsSingle());
        return Vector128.Create(x[2], y[2], x[3], y[3]).As<float, T>();
    }
}
