using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Convolutions with few targets in a group, such as depthwise ones, and the gradients to their weights: no operand is used often enough to keep it in shared memory. Limit: reads from
/// cache.
/// </summary>
public static class TapSums
{
    /// <summary>target = Σ weight · source, plus bias. Launch: one thread a target, neighbours along a row.</summary>
    public static void Targets<V>(ArrayView<V> source, ArrayView<V> weight, ArrayView<V> bias, ArrayView<V> target, TapSizes sizes)
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        int positions = sizes.TargetRows * sizes.TargetColumns;
        if (element >= (long)sizes.Images * sizes.Groups * sizes.Targets * positions) return;
        long line = element / positions;
        int position = (int)(element - (line * positions)), targetRow = position / sizes.TargetColumns;
        int row = (targetRow * sizes.RowStep) + sizes.RowStart, column = ((position - (targetRow * sizes.TargetColumns)) * sizes.ColumnStep) + sizes.ColumnStart;
        long owner = line / sizes.Targets;
        int own = (int)(line - (owner * sizes.Targets)), group = (int)(owner % sizes.Groups), size = sizes.SourceRows * sizes.SourceColumns;
        long channels = owner * sizes.Channels * size;
        long weights = ((long)group * sizes.Targets * sizes.Channels * sizes.WindowRows * sizes.WindowColumns) + ((long)own * sizes.TargetStep);
        V sum = V.From(0);
        for (int channel = 0; channel < sizes.Channels; channel++)
        {
            long place = weights + ((long)channel * sizes.ChannelStep);
            for (int down = 0; down < sizes.WindowRows; down++)
            {
                for (int across = 0; across < sizes.WindowColumns; across++)
                {
                    V x = TapPlaces.Read(source, channels + ((long)channel * size), row + (down * sizes.RowTap), column + (across * sizes.ColumnTap), sizes);
                    sum = V.MultiplyAdd(weight[place + (down * sizes.WindowColumns) + across], x, sum);
                }
            }
        }

        if (sizes.HasBias != 0) sum += bias[(group * sizes.Targets) + own];
        target[element] = sum;
    }

    /// <summary>
    /// partial[slice, weight] = Σ over the slice's positions of result · source, for the form whose targets are the result. Launch: one thread a weight and slice; neighbours are
    /// taps of one channel, which read the same result and neighbouring numbers of the source.
    /// </summary>
    public static void Weights<V>(ArrayView<V> source, ArrayView<V> result, ArrayView<V> partial, TapSizes sizes, int slices)
        where V : unmanaged, ILane<V>
    {
        int taps = sizes.WindowRows * sizes.WindowColumns, size = sizes.SourceRows * sizes.SourceColumns, positions = sizes.TargetRows * sizes.TargetColumns;
        int count = sizes.Groups * sizes.Targets * sizes.Channels * taps;
        long element = Places.Thread;
        if (element >= (long)slices * count) return;
        int slice = (int)(element / count), place = (int)(element - ((long)slice * count));
        int line = place / taps, tap = place - (line * taps), down = tap / sizes.WindowColumns, across = tap - (down * sizes.WindowColumns);
        int output = line / sizes.Channels, channel = line - (output * sizes.Channels), group = output / sizes.Targets;
        long all = (long)sizes.Images * positions;
        V sum = V.From(0);
        long end = all * (slice + 1) / slices;
        for (long at = all * slice / slices; at < end; at++)
        {
            long image = at / positions;
            int position = (int)(at - (image * positions)), row = position / sizes.TargetColumns, column = position - (row * sizes.TargetColumns);
            long from = ((image * sizes.Groups + group) * sizes.Channels + channel) * size;
            V x = TapPlaces.Read(source, from, (row * sizes.RowStep) + sizes.RowStart + (down * sizes.RowTap), (column * sizes.ColumnStep) + sizes.ColumnStart + (across * sizes.ColumnTap), sizes);
            sum = V.MultiplyAdd(result[(((image * sizes.Groups * sizes.Targets) + output) * positions) + position], x, sum);
        }

        partial[element] = sum;
    }
}
