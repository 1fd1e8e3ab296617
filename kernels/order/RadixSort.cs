namespace Adjoint.Kernels;

/// <summary>
/// Stable radix sort of items by their keys, a byte a pass from the lowest on; bytes in which all keys agree are passed over. Items that stand for few numbers are inserted one by one. A stable
/// order is unique, so the result does not depend on the number of threads. Limit: memory, two passes over the items a byte.
/// </summary>
static unsafe class RadixSort<TItem, T>
    where TItem : unmanaged, ISortItem<TItem, T>
    where T : unmanaged
{
    const int Values = 256, MostDigits = 8, MostShares = 16;

    // Up to here, insertion is quicker than counting.
    const int FewItems = 40;

    /// <summary>Sorts on the calling thread. <paramref name="other"/> is room for as many items.</summary>
    /// <returns>Where the sorted items are: one of the two.</returns>
    public static TItem* Sort(TItem* items, TItem* other, int count)
    {
        if (count <= FewItems)
        {
            Insert(items, count);
            return items;
        }

        int* counts = stackalloc int[MostDigits * Values];
        new Span<int>(counts, MostDigits * Values).Clear();
        for (int i = 0; i < count; i++)
        {
            for (int digit = 0; digit < TItem.Digits; digit++) counts[(digit * Values) + TItem.Digit(items[i], digit)]++;
        }

        for (int digit = 0; digit < TItem.Digits; digit++)
        {
            int* places = counts + (digit * Values);
            if (places[TItem.Digit(items[0], digit)] == count) continue;
            int before = 0;
            for (int value = 0; value < Values; value++) (places[value], before) = (before, before + places[value]);
            for (int i = 0; i < count; i++) other[places[TItem.Digit(items[i], digit)]++] = items[i];
            TItem* moved = other;
            other = items;
            items = moved;
        }

        return items;
    }

    /// <summary>The same for many items, which threads share: each counts and moves a part of them.</summary>
    public static TItem* SortTogether(TItem* items, TItem* other, int count)
    {
        int shares = Math.Min(Workers.Threads, MostShares);
        if (shares < 2) return Sort(items, other, count);
        int* counts = stackalloc int[MostShares * Values];
        for (int digit = 0; digit < TItem.Digits; digit++)
        {
            Workers.ForShares(shares, shares, true, new CountBody(items, counts, count, shares, digit));
            if (AllAgree(counts, shares, TItem.Digit(items[0], digit), count)) continue;
            int before = 0;
            for (int value = 0; value < Values; value++)
            {
                for (int share = 0; share < shares; share++)
                {
                    int* place = counts + (share * Values) + value;
                    (*place, before) = (before, before + *place);
                }
            }

            Workers.ForShares(shares, shares, true, new MoveBody(items, other, counts, count, shares, digit));
            TItem* moved = other;
            other = items;
            items = moved;
        }

        return items;
    }

    static bool AllAgree(int* counts, int shares, int value, int count)
    {
        int agreeing = 0;
        for (int share = 0; share < shares; share++) agreeing += counts[(share * Values) + value];
        return agreeing == count;
    }

    static void Insert(TItem* items, int count)
    {
        for (int i = 1; i < count; i++)
        {
            TItem moved = items[i];
            int hole = i;
            for (; hole > 0 && TItem.IsBefore(moved, items[hole - 1]); hole--) items[hole] = items[hole - 1];
            items[hole] = moved;
        }
    }

    static int Bound(int count, int share, int shares) => (int)((long)count * share / shares);

    readonly struct CountBody(TItem* items, int* counts, int count, int shares, int digit) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (int share = start; share < end; share++)
            {
                int* own = counts + (share * Values);
                new Span<int>(own, Values).Clear();
                int last = Bound(count, share + 1, shares);
                for (int i = Bound(count, share, shares); i < last; i++) own[TItem.Digit(items[i], digit)]++;
            }
        }
    }

    readonly struct MoveBody(TItem* items, TItem* other, int* counts, int count, int shares, int digit) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (int share = start; share < end; share++)
            {
                int* own = counts + (share * Values);
                int last = Bound(count, share + 1, shares);
                for (int i = Bound(count, share, shares); i < last; i++) other[own[TItem.Digit(items[i], digit)]++] = items[i];
            }
        }
    }
}
