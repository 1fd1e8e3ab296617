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

    /// <summary>target = Σ weight · source, plus bias.</summary>
    public static void Run<V, TTile>(ArrayView<V> source, ArrayView<V> weight, ArrayView<V> bias, ArrayView<V> target, TapSizes sizes)
        where V : unmanaged, ILane<V>
        where TTile : struct, ITile
    {
        ArrayView<V> a = SharedMemory.Allocate<V>(TTile.Inner * (TTile.Rows + 1)), b = SharedMemory.Allocate<V>(TTile.Inner * TTile.Columns);
        ArrayView<int> table = SharedMemory.Allocate<int>(2 * Entries * TTile.Inner);
        int threads = TTile.Rows / TTile.ThreadRows * (TTile.Columns / TTile.ThreadColumns);
        int across = TTile.Columns / TTile.ThreadColumns, threadColumn = Group.IdxX % across, threadRow = Group.IdxX / across;
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

        var sums = new V[TTile.ThreadRows * TTile.ThreadColumns];
        var lefts = new V[TTile.ThreadRows];
        for (int i = 0; i < TTile.ThreadRows * TTile.ThreadColumns; i++) sums[i] = V.From(0);
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
                for (int i = 0; i < TTile.ThreadRows; i++) lefts[i] = a[(k * (TTile.Rows + 1)) + (threadRow * TTile.ThreadRows) + i];
                for (int j = 0; j < TTile.ThreadColumns; j++)
                {
                    V factor = b[(k * TTile.Columns) + (j * across) + threadColumn];
                    for (int i = 0; i < TTile.ThreadRows; i++)
                        sums[(i * TTile.ThreadColumns) + j] = V.MultiplyAdd(lefts[i], factor, sums[(i * TTile.ThreadColumns) + j]);
                }
            }

            Group.Barrier();
        }

        for (int j = 0; j < TTile.ThreadColumns; j++)
        {
            long to = firstColumn + (j * across) + threadColumn;
            if (to >= all) continue;
            long n = to / positions, start = (((n * sizes.Groups) + group) * sizes.Targets * positions) + (to - (n * positions));
            for (int i = 0; i < TTile.ThreadRows; i++)
            {
                int channel = firstRow + (threadRow * TTile.ThreadRows) + i;
                if (channel >= sizes.Targets) continue;
                V sum = sums[(i * TTile.ThreadColumns) + j];
                if (sizes.HasBias != 0) sum += bias[(group * sizes.Targets) + channel];
                target[start + ((long)channel * positions)] = sum;
            }
        }
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
