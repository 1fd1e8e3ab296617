using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Maxima of windows, resampled planes, and the transposes of both as reads of all that a place gives to. Layout: a thread a number of the result, neighbours along a row. Limit:
/// bandwidth.
/// </summary>
public static class WindowKernels
{
    /// <summary>y, places = the largest number of each window and its place in the plane; the first of equals, and a NaN counts as the largest. Launch: one thread a window.</summary>
    public static void MaxPool<T>(ArrayView<T> x, ArrayView<T> y, ArrayView<long> places, PoolShape shape) where T : unmanaged, INumber<T>
    {
        long element = Places.Thread;
        int results = shape.ResultRows * shape.ResultColumns;
        if (element >= (long)shape.Planes * results) return;
        long plane = element / results, start = plane * shape.ImageRows * shape.ImageColumns;
        int position = (int)(element - (plane * results)), i = position / shape.ResultColumns;
        int row = (i * shape.RowStride) - shape.RowsBefore, column = ((position - (i * shape.ResultColumns)) * shape.ColumnStride) - shape.ColumnsBefore;
        int best = -1;
        T largest = default;
        for (int down = 0; down < shape.WindowRows; down++)
        {
            int line = row + (down * shape.RowDilation);
            if (line < 0 || line >= shape.ImageRows) continue;
            for (int across = 0; across < shape.WindowColumns; across++)
            {
                int place = column + (across * shape.ColumnDilation);
                if (place < 0 || place >= shape.ImageColumns) continue;
                int at = (line * shape.ImageColumns) + place;
                T candidate = x[start + at];
                bool takes = best < 0 || (!T.IsNaN(largest) && (candidate > largest || T.IsNaN(candidate)));
                best = takes ? at : best;
                largest = takes ? candidate : largest;
            }
        }

        y[element] = largest;
        places[element] = best;
    }

    /// <summary>x[place] = Σ y over the windows whose maximum is there, in their order. Launch: one thread a place.</summary>
    public static void MaxPoolImage<V>(ArrayView<V> y, ArrayView<long> places, ArrayView<V> x, PoolShape shape) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        int size = shape.ImageRows * shape.ImageColumns;
        if (element >= (long)shape.Planes * size) return;
        long plane = element / size, start = plane * shape.ResultRows * shape.ResultColumns;
        int own = (int)(element - (plane * size)), row = own / shape.ImageColumns, column = own - (row * shape.ImageColumns);
        V sum = V.From(0);

        // Later taps belong to earlier windows.
        for (int down = shape.WindowRows - 1; down >= 0; down--)
        {
            int line = row + shape.RowsBefore - (down * shape.RowDilation), i = line / shape.RowStride;
            if (line < 0 || i * shape.RowStride != line || i >= shape.ResultRows) continue;
            for (int across = shape.WindowColumns - 1; across >= 0; across--)
            {
                int place = column + shape.ColumnsBefore - (across * shape.ColumnDilation), j = place / shape.ColumnStride;
                if (place < 0 || j * shape.ColumnStride != place || j >= shape.ResultColumns) continue;
                long at = start + ((long)i * shape.ResultColumns) + j;
                if (places[at] == own) sum += y[at];
            }
        }

        x[element] = sum;
    }

    /// <summary>y = x resampled along both axes. Launch: one thread a target.</summary>
    public static void Resample<V>(ArrayView<V> x, ArrayView<V> y, int planes, ResampleAxis rows, ResampleAxis columns) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        int targets = rows.Target * columns.Target;
        if (element >= (long)planes * targets) return;
        long plane = element / targets;
        int position = (int)(element - (plane * targets)), i = position / columns.Target, j = position - (i * columns.Target);
        int row = rows.Low(i), column = columns.Low(j);
        long at = (((plane * rows.Source) + row) * columns.Source) + column;
        if (rows.IsLinear == 0)
        {
            y[element] = x[at];
            return;
        }

        int down = row + 1 < rows.Source ? columns.Source : 0, across = column + 1 < columns.Source ? 1 : 0;
        V below = V.From(rows.Weight(i)), behind = V.From(columns.Weight(j)), above = V.From(1) - below, before = V.From(1) - behind;
        V left = V.MultiplyAdd(below, x[at + down], above * x[at]), right = V.MultiplyAdd(below, x[at + down + across], above * x[at + across]);
        y[element] = V.MultiplyAdd(behind, right, before * left);
    }

    /// <summary>x = the transpose of resampling, of y. Launch: one thread a source.</summary>
    public static void ResampleTransposed<V>(ArrayView<V> y, ArrayView<V> x, int planes, ResampleAxis rows, ResampleAxis columns) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        int sources = rows.Source * columns.Source;
        if (element >= (long)planes * sources) return;
        long plane = element / sources;
        int position = (int)(element - (plane * sources)), row = position / columns.Source, column = position - (row * columns.Source);
        V sum = V.From(0);
        for (int i = rows.First(row); i < rows.End(row); i++)
        {
            double share = Share(rows, i, row);
            if (share == 0) continue;
            V line = V.From(0);
            for (int j = columns.First(column); j < columns.End(column); j++)
            {
                double own = Share(columns, j, column);
                if (own != 0) line = V.MultiplyAdd(V.From(own), y[(((plane * rows.Target) + i) * columns.Target) + j], line);
            }

            sum = V.MultiplyAdd(V.From(share), line, sum);
        }

        x[element] = sum;
    }

    // What a target takes of a source.
    static double Share(in ResampleAxis axis, int target, int source)
    {
        int low = axis.Low(target);
        double weight = axis.Weight(target);
        return low == source ? 1 - weight : low + 1 == source ? weight : 0;
    }
}
