using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Copies operands into the order in which the micro-kernel reads them.</summary>
static unsafe class Packing
{
    /// <summary>
    /// target[step·width + line] = source[line·lineStride + step·stepStride] for every step below <paramref name="steps"/>, with zeros in the
    /// lines from <paramref name="lines"/> to <paramref name="width"/>. A line is a row of A or a column of B, a step is an index of k.
    /// </summary>
    public static void Panel<TSimd, V, T>(T* source, nint lineStride, nint stepStride, int lines, int steps, T* target, int width)
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged
    {
        if (lineStride == 1) CopySteps<TSimd, V, T>(source, stepStride, lines, steps, target, width);
        else Transpose(source, lineStride, stepStride, lines, steps, target, width);
        if (lines == width) return;
        for (var step = 0; step < steps; step++)
            new Span<T>(target + ((long)step * width) + lines, width - lines).Clear();
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

    static void Transpose<T>(T* source, nint lineStride, nint stepStride, int lines, int steps, T* target, int width) where T : unmanaged
    {
        var (line, step) = (0, 0);
        if (stepStride == 1)
        {
            // All lines of a few steps before the next steps: the target is then written a whole cache line after another.
            for (; step <= steps - Vector128<T>.Count; step += Vector128<T>.Count)
            {
                var from = source + step;
                var to = target + ((nint)step * width);
                for (line = 0; line <= lines - Vector128<T>.Count; line += Vector128<T>.Count)
                {
                    TransposeBlock(from, lineStride, to + line, width);
                    from += Vector128<T>.Count * lineStride;
                }
            }
            Gather(source + (line * lineStride), lineStride, 1, lines - line, step, target + line, width);
        }
        Gather(source + (step * stepStride), lineStride, stepStride, lines, steps - step, target + ((nint)step * width), width);
    }

    static void Gather<T>(T* source, nint lineStride, nint stepStride, int lines, int steps, T* target, int width) where T : unmanaged
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

    // A square of 4 x 4 f32 or 2 x 2 f64.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeBlock<T>(T* source, nint sourceRow, T* target, nint targetRow) where T : unmanaged
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
