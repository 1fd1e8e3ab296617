using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Copies a part of an image into planes with zeros around it, one plane for each residue of the stride.</summary>
static unsafe class Planes<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>The planes of channels from <paramref name="first"/> to before <paramref name="end"/> of a source [channels, rows, columns], from the part's first target on.</summary>
    public static void Fill(in TapPlan plan, in Rectangle part, T* source, int first, int end, T* planes)
    {
        AxisTaps rows = plan.Rows, columns = plan.Columns;
        long size = (long)rows.Source * columns.Source;
        int height = part.Height + rows.LargestShift, width = part.Width + columns.LargestShift;
        for (int channel = first; channel < end; channel++)
        {
            T* image = source + (channel * size), target = planes + ((long)(channel - first) * plan.ChannelSize);
            for (int down = 0; down < rows.Planes; down++)
            {
                for (int across = 0; across < columns.Planes; across++, target += plan.PlaneRows * plan.PlaneColumns)
                {
                    if (!rows.IsRead(down) || !columns.IsRead(across)) continue;
                    int column = (part.Column * columns.Planes) + across - columns.Before;
                    T* line = target;
                    for (int i = 0; i < height; i++, line += plan.PlaneColumns)
                    {
                        int row = ((part.Row + i) * rows.Planes) + down - rows.Before;
                        if ((uint)row >= (uint)rows.Source) Clear(line, width);
                        else Line(image + ((long)row * columns.Source), columns.Source, column, columns.Planes, line, width);
                    }
                }
            }
        }
    }

    // A line of the plane: source[column + step·v] for v below width, zeros where that is outside. May write a vector beyond the width: lines are written in rising order.
    static void Line(T* source, int size, int column, int step, T* target, int width)
    {
        int start = column >= 0 ? 0 : Math.Min(width, (step - 1 - column) / step);
        int end = Math.Clamp(size > column ? (size - column + step - 1) / step : 0, start, width);
        if (start > 0) Clear(target, start);
        T* from = source + column;
        if (step == 1)
        {
            int v = start;
            for (; v <= end - TSimd.Count; v += TSimd.Count) TSimd.Store(TSimd.Load(from + v), target + v);
            if (v < end) TSimd.Store(TSimd.LoadPart(from + v, end - v), target + v);
        }
        else
        {
            int v = step == 2 ? EverySecond(from, start, end, target) : start;
            for (nint place = (nint)v * step; v < end; v++, place += step) target[v] = from[place];
        }

        if (end < width) Clear(target + end, width - end);
    }

    // The places of whole registers from start on; what they read ends with a number that is read anyway.
    static int EverySecond(T* from, int start, int end, T* target)
    {
        int v = start, count = Vector128<T>.Count;
        if (!Sse2.IsSupported) return v;
        for (; v < end - count; v += count)
        {
            Vector128<T> first = Vector128.Load(from + (2 * v)), second = Vector128.Load(from + (2 * v) + count);
            if (typeof(T) == typeof(float)) Sse.Shuffle(first.AsSingle(), second.AsSingle(), 0b10_00_10_00).As<float, T>().Store(target + v);
            else Sse2.UnpackLow(first.AsDouble(), second.AsDouble()).As<double, T>().Store(target + v);
        }

        return v;
    }

    static void Clear(T* target, int count)
    {
        if (count <= TSimd.Count) TSimd.Store(default, target);
        else new Span<T>(target, count).Clear();
    }
}
