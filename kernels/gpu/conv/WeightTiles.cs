using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// The gradient of a convolution to its weight as one product, outputs by (channel, tap), whose long sum over images and positions is cut into slices that are added up afterwards, in
/// their order. Layout as in <see cref="TapTiles"/>; both operands are brought along positions, in which they lie. Launch: a tile's threads for each tile, group and, along the second
/// axis, slice.
/// </summary>
public static class WeightTiles
{
    // What the tables say: of a position, its places in the result and the image and the source row and column of the first tap; of a column, its channel's place and its tap's row and column.
    const int Entries = 4, ColumnEntries = 3;

    // Rows and columns of the tile that a thread sums.
    const int Part = 4;

    /// <summary>partial[slice, group, output, channel and tap] = Σ over the slice's positions of result · source.</summary>
    public static void Run<V, TTile>(ArrayView<V> source, ArrayView<V> result, ArrayView<V> partial, TapSizes sizes, int slices)
        where V : unmanaged, ILane<V>
        where TTile : struct, ITile
    {
        ArrayView<V> a = SharedMemory.Allocate<V>(TTile.Inner * (TTile.Rows + 1)), b = SharedMemory.Allocate<V>(TTile.Inner * (TTile.Columns + 1));
        ArrayView<int> table = SharedMemory.Allocate<int>(2 * Entries * TTile.Inner), ends = SharedMemory.Allocate<int>(ColumnEntries * TTile.Columns);
        int threads = TTile.Rows * TTile.Columns / (Part * Part), across = TTile.Columns / Part, threadColumn = Group.IdxX % across, threadRow = Group.IdxX / across * Part;
        int positions = sizes.TargetRows * sizes.TargetColumns, taps = sizes.WindowRows * sizes.WindowColumns, columns = sizes.Channels * taps;
        int rowTiles = (sizes.Targets + TTile.Rows - 1) / TTile.Rows;
        int group = Grid.IdxX % sizes.Groups, tile = Grid.IdxX / sizes.Groups;
        int firstRow = tile % rowTiles * TTile.Rows, firstColumn = tile / rowTiles * TTile.Columns;
        long all = (long)sizes.Images * positions, start = all * Grid.IdxY / slices, end = all * (Grid.IdxY + 1) / slices;
        long channels = (long)group * sizes.Channels * sizes.SourceRows * sizes.SourceColumns, outputs = (long)group * sizes.Targets * positions;

        for (int i = Group.IdxX; i < TTile.Columns; i += threads)
        {
            int channel = (firstColumn + i) / taps, tap = firstColumn + i - (channel * taps), down = tap / sizes.WindowColumns;
            ends[i * ColumnEntries] = firstColumn + i < columns ? channel * sizes.SourceRows * sizes.SourceColumns : -1;
            ends[(i * ColumnEntries) + 1] = down * sizes.RowTap;
            ends[(i * ColumnEntries) + 2] = (tap - (down * sizes.WindowColumns)) * sizes.ColumnTap;
        }

        Sums4<V> top = Sums4<V>.Zero, upper = Sums4<V>.Zero, lower = Sums4<V>.Zero, bottom = Sums4<V>.Zero;
        if (Group.IdxX < TTile.Inner) Describe(table, Group.IdxX * Entries, start + Group.IdxX, all, sizes);
        Group.Barrier();

        int half = 0;
        for (long first = start; first < end; first += TTile.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * TTile.Inner; i += threads)
            {
                int k = i % TTile.Inner, row = i / TTile.Inner;
                bool isInside = firstRow + row < sizes.Targets && first + k < end;
                a[(k * (TTile.Rows + 1)) + row] = isInside ? result[outputs + table[(half + k) * Entries] + ((long)(firstRow + row) * positions)] : V.From(0);
            }

            for (int i = Group.IdxX; i < TTile.Columns * TTile.Inner; i += threads)
            {
                int k = i % TTile.Inner, column = i / TTile.Inner, entry = (half + k) * Entries, channel = ends[column * ColumnEntries];
                bool isInside = channel >= 0 && first + k < end;
                b[(k * (TTile.Columns + 1)) + column] = isInside
                    ? TapPlaces.Read(source, channels + table[entry + 1] + channel, table[entry + 2] + ends[(column * ColumnEntries) + 1], table[entry + 3] + ends[(column * ColumnEntries) + 2], sizes)
                    : V.From(0);
            }

            int other = TTile.Inner - half;
            if (Group.IdxX < TTile.Inner) Describe(table, (other + Group.IdxX) * Entries, first + TTile.Inner + Group.IdxX, all, sizes);
            half = other;
            Group.Barrier();
            for (int k = 0; k < TTile.Inner; k++)
            {
                int left = (k * (TTile.Rows + 1)) + threadRow, right = (k * (TTile.Columns + 1)) + threadColumn;
                V near = b[right], next = b[right + across], third = b[right + (2 * across)], far = b[right + (3 * across)];
                top = top.Plus(a[left], near, next, third, far);
                upper = upper.Plus(a[left + 1], near, next, third, far);
                lower = lower.Plus(a[left + 2], near, next, third, far);
                bottom = bottom.Plus(a[left + 3], near, next, third, far);
            }

            Group.Barrier();
        }

        long owner = ((long)Grid.IdxY * sizes.Groups) + group;
        Store(top, partial, sizes, owner, firstRow + threadRow, columns, firstColumn + threadColumn, across);
        Store(upper, partial, sizes, owner, firstRow + threadRow + 1, columns, firstColumn + threadColumn, across);
        Store(lower, partial, sizes, owner, firstRow + threadRow + 2, columns, firstColumn + threadColumn, across);
        Store(bottom, partial, sizes, owner, firstRow + threadRow + 3, columns, firstColumn + threadColumn, across);
    }

    static void Store<V>(Sums4<V> sums, ArrayView<V> partial, TapSizes sizes, long owner, int row, int columns, int column, int across) where V : unmanaged, ILane<V>
    {
        if (row >= sizes.Targets) return;
        long line = ((owner * sizes.Targets) + row) * columns;
        if (column < columns) partial[line + column] = sums.A;
        if (column + across < columns) partial[line + column + across] = sums.B;
        if (column + (2 * across) < columns) partial[line + column + (2 * across)] = sums.C;
        if (column + (3 * across) < columns) partial[line + column + (3 * across)] = sums.D;
    }

    static void Describe(ArrayView<int> table, int entry, long place, long all, in TapSizes sizes)
    {
        int positions = sizes.TargetRows * sizes.TargetColumns;
        int image = (int)(place < all ? place / positions : 0), position = (int)(place < all ? place - ((long)image * positions) : 0), row = position / sizes.TargetColumns;
        table[entry] = (image * sizes.Groups * sizes.Targets * positions) + position;
        table[entry + 1] = image * sizes.Groups * sizes.Channels * sizes.SourceRows * sizes.SourceColumns;
        table[entry + 2] = (row * sizes.RowStep) + sizes.RowStart;
        table[entry + 3] = ((position - (row * sizes.TargetColumns)) * sizes.ColumnStep) + sizes.ColumnStart;
    }
}
