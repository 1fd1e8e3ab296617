namespace Adjoint.Kernels;

/// <summary>
/// Places of the numbers of each row in sorted order: stable, -0 equal to 0, NaN last in both directions. Layout: dense rows. Threads share the rows, or one long row. Limit: memory.
/// </summary>
public static unsafe class SortKernel
{
    // Numbers below which waking a worker costs more than it saves, and from which one row is worth sharing.
    const int MinimumPerWorker = 2048, LongRow = 1 << 16;

    /// <summary>y[r, j] = place in row r of its j-th number in order, for j below <paramref name="keep"/>; x [rows, columns], y [rows, keep].</summary>
    public static void ArgSort<T>(T* x, long* y, int rows, int columns, int keep, bool descending) where T : unmanaged
    {
        if (sizeof(T) == 4) ArgSort<Item32<T>, T>(x, y, rows, columns, keep, descending);
        else ArgSort<Item64<T>, T>(x, y, rows, columns, keep, descending);
    }

    static void ArgSort<TItem, T>(T* x, long* y, int rows, int columns, int keep, bool descending)
        where TItem : unmanaged, ISortItem<TItem, T>
        where T : unmanaged
    {
        if (rows >= Workers.Threads || columns < LongRow)
        {
            Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, columns)), new RowBody<TItem, T>(x, y, columns, keep, descending));
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            TItem* items = OrderRoom.Of<TItem>(2L * columns);
            Workers.For(columns, MinimumPerWorker, new MakeBody<TItem, T>(x + ((long)row * columns), items, descending));
            TItem* sorted = RadixSort<TItem, T>.SortTogether(items, items + columns, columns);
            Workers.For(keep, MinimumPerWorker, new PlaceBody<TItem, T>(sorted, y + ((long)row * keep)));
        }
    }

    readonly struct RowBody<TItem, T>(T* x, long* y, int columns, int keep, bool descending) : IRangeBody
        where TItem : unmanaged, ISortItem<TItem, T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            TItem* items = OrderRoom.Of<TItem>(2L * columns);
            for (int row = start; row < end; row++)
            {
                new MakeBody<TItem, T>(x + ((long)row * columns), items, descending).Run(0, columns);
                TItem* sorted = RadixSort<TItem, T>.Sort(items, items + columns, columns);
                new PlaceBody<TItem, T>(sorted, y + ((long)row * keep)).Run(0, keep);
            }
        }
    }

    readonly struct MakeBody<TItem, T>(T* x, TItem* items, bool descending) : IRangeBody
        where TItem : unmanaged, ISortItem<TItem, T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) items[i] = TItem.Make(x[i], i, descending);
        }
    }

    readonly struct PlaceBody<TItem, T>(TItem* sorted, long* y) : IRangeBody
        where TItem : unmanaged, ISortItem<TItem, T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) y[i] = TItem.Place(sorted[i]);
        }
    }
}
