using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Rows of keys with the places that they came from, in a device's memory.</summary>
readonly record struct KeyRows(ulong Keys, ulong Places, int Rows, int Columns)
{
    /// <summary>Number of keys.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>Room for rows of keys.</summary>
    public static KeyRows In(LaunchQueue queue, int rows, int columns)
    {
        long count = (long)rows * columns;
        return new(queue.Scratch(count * sizeof(ulong)), queue.Scratch(count * sizeof(int)), rows, columns);
    }
}

/// <summary>Sorting on a device.</summary>
static class OrderLaunch
{
    // What a block sorts at most, as the kernel has it; and what is kept of tiles at most before merging is quicker than sorting again.
    const int Tile = 1024, MostKept = Tile / 4;

    static readonly KernelReference Keys32 = new("order_keys_32"), Keys64 = new("order_keys_64"), Tiles = new("order_tiles"), Merge = new("order_merge"), Kept = new("order_kept");

    /// <summary>Keys of rows of dense numbers.</summary>
    public static KeyRows Keys(LaunchQueue queue, ulong x, DType dtype, int rows, int columns, bool descending)
    {
        KeyRows keys = KeyRows.In(queue, rows, columns);
        queue.Call(dtype.Size() == 4 ? Keys32 : Keys64, keys.Count).View(x, keys.Count).View(keys.Keys, keys.Count).View(keys.Places, keys.Count)
            .Value(keys.Count).Value(columns).Value(dtype.IsFloat() ? 1 : 0).Value(descending ? 1 : 0).Run();
        return keys;
    }

    /// <summary>Rows in order, of which at least the first <paramref name="keep"/> numbers remain.</summary>
    public static KeyRows Sort(LaunchQueue queue, KeyRows rows, int keep)
    {
        if (rows.Count == 0) return rows;
        KeyRows other = KeyRows.In(queue, rows.Rows, rows.Columns);
        while (rows.Columns > Tile && keep <= MostKept) (rows, other) = SortTiles(queue, rows, other, Tile, keep);
        int width = 2;
        while (width < Math.Min(rows.Columns, Tile)) width *= 2;
        (rows, other) = SortTiles(queue, rows, other, width, width);
        for (int run = Tile; run < rows.Columns; run *= 2)
        {
            queue.Call(Merge, rows.Count).View(rows.Keys, rows.Count).View(rows.Places, rows.Count).View(other.Keys, rows.Count).View(other.Places, rows.Count)
                .Value(rows.Count).Value(rows.Columns).Value(run).Run();
            (rows, other) = (other with { Columns = rows.Columns }, rows);
        }

        return rows;
    }

    /// <summary>y [rows, keep] (i64) = the first places of each row.</summary>
    public static void WritePlaces(LaunchQueue queue, KeyRows sorted, ulong y, int keep)
    {
        long count = (long)sorted.Rows * keep;
        queue.Call(Kept, count).View(sorted.Places, sorted.Count).View(y, count).Value(count).Value(sorted.Columns).Value(keep).Run();
    }

    static (KeyRows Sorted, KeyRows Other) SortTiles(LaunchQueue queue, KeyRows rows, KeyRows other, int width, int keep)
    {
        int tiles = (rows.Columns + width - 1) / width, last = rows.Columns - ((tiles - 1) * width), columns = ((tiles - 1) * Math.Min(keep, width)) + Math.Min(keep, last);
        KeyRows target = other with { Columns = columns };
        int threads = Math.Clamp(width / 2, 32, queue.BlockThreads);
        queue.Call(Tiles, new LaunchGrid(checked(rows.Rows * tiles), 1, 1, threads))
            .View(rows.Keys, rows.Count).View(rows.Places, rows.Count).View(target.Keys, target.Count).View(target.Places, target.Count)
            .Value(tiles).Value(rows.Columns).Value(width).Value(Math.Min(keep, width)).Value(columns).Run();
        return (target, rows);
    }
}
