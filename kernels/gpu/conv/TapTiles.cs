using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// A convolution or its transposed form as one product whose right operand is never stored: a block makes a tile of targets by positions of all images; weights and the numbers that the
/// windows see pass through shared memory, of which a thread's part of the tile is summed in registers. Where a term of the sum reads follows from a table of a tile's depth that
/// is made one step ahead. Launch: a tile's threads for each tile and group. Limit: shared reads, then loads at the edges.
/// </summary>
public static class TapTiles
{
    // What the table says of a term: place of its channel in the source (or -1 beyond the last), row and column of its tap, place in the weight.
    const int Entries = 4;

    // Rows and columns of the tile that a thread sums.
    const int Part = 4;

    /// <summary>target = Σ weight · source, plus bias.</summary>
    public static void Run<V, TTile>(ArrayView<V> source, ArrayView<V> weight, ArrayView<V> bias, ArrayView<V> target, TapSizes sizes)
        where V : unmanaged, ILane<V>
        where TTile : struct, ITile
    {
        ArrayView<V> a = SharedMemory.Allocate<V>(TTile.Inner * (TTile.Rows + 1)), b = SharedMemory.Allocate<V>(TTile.Inner * TTile.Columns);
        ArrayView<int> table = SharedMemory.Allocate<int>(2 * Entries * TTile.Inner);
        int threads = TTile.Rows * TTile.Columns / (Part * Part), across = TTile.Columns / Part, threadColumn = Group.IdxX % across, threadRow = Group.IdxX / across * Part;
        int positions = sizes.TargetRows * sizes.TargetColumns, terms = sizes.Channels * sizes.WindowRows * sizes.WindowColumns;
        int rowTiles = (sizes.Targets + TTile.Rows - 1) / TTile.Rows;
        int group = Grid.IdxX % sizes.Groups, tile = Grid.IdxX / sizes.Groups;
        int firstRow = tile % rowTiles * TTile.Rows;
        long firstColumn = (long)(tile / rowTiles) * TTile.Columns;
        long all = (long)sizes.Images * positions;

        // A thread brings one column of the right operand.
        int ownColumn = Group.IdxX % TTile.Columns;
        long place = firstColumn + ownColumn;
        bool isColumn = place < all;
        int image = (int)(isColumn ? place / positions : 0), position = (int)(isColumn ? place - ((long)image * positions) : 0);
        int targetRow = position / sizes.TargetColumns;
        int row = (targetRow * sizes.RowStep) + sizes.RowStart, column = ((position - (targetRow * sizes.TargetColumns)) * sizes.ColumnStep) + sizes.ColumnStart;
        long channels = ((long)image * sizes.Groups + group) * sizes.Channels * sizes.SourceRows * sizes.SourceColumns;
        long weights = (long)group * sizes.Targets * sizes.Channels * sizes.WindowRows * sizes.WindowColumns;

        Sums4<V> top = Sums4<V>.Zero, upper = Sums4<V>.Zero, lower = Sums4<V>.Zero, bottom = Sums4<V>.Zero;
        if (Group.IdxX < TTile.Inner) Describe(table, Group.IdxX * Entries, Group.IdxX, terms, sizes);
        Group.Barrier();

        int half = 0;
        for (int first = 0; first < terms; first += TTile.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * TTile.Inner; i += threads)
            {
                int k = i % TTile.Inner, r = i / TTile.Inner;
                bool isInside = firstRow + r < sizes.Targets && first + k < terms;
                a[(k * (TTile.Rows + 1)) + r] = isInside ? weight[weights + ((long)(firstRow + r) * sizes.TargetStep) + table[((half + k) * Entries) + 3]] : V.From(0);
            }

            for (int k = Group.IdxX / TTile.Columns; k < TTile.Inner; k += threads / TTile.Columns)
            {
                int entry = (half + k) * Entries, channel = table[entry];
                bool isInside = isColumn && channel >= 0;
                b[(k * TTile.Columns) + ownColumn] = isInside ? TapPlaces.Read(source, channels + channel, row + table[entry + 1], column + table[entry + 2], sizes) : V.From(0);
            }

            int other = TTile.Inner - half;
            if (Group.IdxX < TTile.Inner) Describe(table, (other + Group.IdxX) * Entries, first + TTile.Inner + Group.IdxX, terms, sizes);
            half = other;
            Group.Barrier();
            for (int k = 0; k < TTile.Inner; k++)
            {
                int left = (k * (TTile.Rows + 1)) + threadRow, right = (k * TTile.Columns) + threadColumn;
                V near = b[right], next = b[right + across], third = b[right + (2 * across)], far = b[right + (3 * across)];
                top = top.Plus(a[left], near, next, third, far);
                upper = upper.Plus(a[left + 1], near, next, third, far);
                lower = lower.Plus(a[left + 2], near, next, third, far);
                bottom = bottom.Plus(a[left + 3], near, next, third, far);
            }

            Group.Barrier();
        }

        int channelOfTop = firstRow + threadRow;
        Store(top, bias, target, sizes, group, channelOfTop, firstColumn + threadColumn, across);
        Store(upper, bias, target, sizes, group, channelOfTop + 1, firstColumn + threadColumn, across);
        Store(lower, bias, target, sizes, group, channelOfTop + 2, firstColumn + threadColumn, across);
        Store(bottom, bias, target, sizes, group, channelOfTop + 3, firstColumn + threadColumn, across);
    }

    static void Store<V>(Sums4<V> sums, ArrayView<V> bias, ArrayView<V> target, TapSizes sizes, int group, int channel, long column, int across) where V : unmanaged, ILane<V>
    {
        if (channel >= sizes.Targets) return;
        V added = sizes.HasBias != 0 ? bias[(group * sizes.Targets) + channel] : V.From(-0.0);
        Store(sums.A + added, target, sizes, group, channel, column);
        Store(sums.B + added, target, sizes, group, channel, column + across);
        Store(sums.C + added, target, sizes, group, channel, column + (2 * across));
        Store(sums.D + added, target, sizes, group, channel, column + (3 * across));
    }

    static void Store<V>(V sum, ArrayView<V> target, TapSizes sizes, int group, int channel, long column) where V : unmanaged, ILane<V>
    {
        int positions = sizes.TargetRows * sizes.TargetColumns;
        long image = column / positions;
        if (image < sizes.Images) target[(((((image * sizes.Groups) + group) * sizes.Targets) + channel) * positions) + (column - (image * positions))] = sum;
    }

    static void Describe(ArrayView<int> table, int entry, int term, int terms, in TapSizes sizes)
    {
        int taps = sizes.WindowRows * sizes.WindowColumns, channel = term / taps, tap = term - (channel * taps), down = tap / sizes.WindowColumns;
        table[entry] = term < terms ? channel * sizes.SourceRows * sizes.SourceColumns : -1;
        table[entry + 1] = down * sizes.RowTap;
        table[entry + 2] = (tap - (down * sizes.WindowColumns)) * sizes.ColumnTap;
        table[entry + 3] = (channel * sizes.ChannelStep) + tap;
    }
}
