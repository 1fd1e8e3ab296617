using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Sorting of rows by keys that order as their numbers do, each with the place that it came from. No two pairs of a row are equal, so every way of sorting gives the one stable order. Tiles are sorted
/// in shared memory, then merged pair by pair; to keep a few of a long row, tiles are sorted again and again and give what they keep.
/// </summary>
public static class SortKernels
{
    /// <summary>Numbers of a tile at most, a power of two.</summary>
    internal const int Tile = 1024;

    /// <summary>Keys and places of rows of 32-bit numbers, given by their bits. Launch: one thread a number. Limit: memory bandwidth.</summary>
    public static void Keys32(ArrayView<int> x, ArrayView<ulong> keys, ArrayView<int> places, long count, int columns, int isFloat, int descending)
    {
        long i = Places.Thread;
        if (i >= count) return;
        keys[i] = OrderKey.Of(x[i], isFloat != 0, descending != 0);
        places[i] = (int)(i % columns);
    }

    /// <summary>The same for 64-bit numbers.</summary>
    public static void Keys64(ArrayView<long> x, ArrayView<ulong> keys, ArrayView<int> places, long count, int columns, int isFloat, int descending)
    {
        long i = Places.Thread;
        if (i >= count) return;
        keys[i] = OrderKey.Of(x[i], isFloat != 0, descending != 0);
        places[i] = (int)(i % columns);
    }

    /// <summary>
    /// Sorts each tile of <paramref name="width"/> (a power of two, up to 1024) of each row of <paramref name="columns"/> and keeps its first numbers: tile t of row r goes to
    /// r·outColumns + t·keep. Layout: a bitonic network in shared memory, in which a thread exchanges every so many pairs. Launch: a block a tile, all tiles of a row in turn. Limit: shared
    /// memory.
    /// </summary>
    public static void Tiles(
        ArrayView<ulong> keys, ArrayView<int> places, ArrayView<ulong> outKeys, ArrayView<int> outPlaces, int tiles, int columns, int width, int keep, int outColumns)
    {
        ArrayView<ulong> ownKeys = SharedMemory.Allocate<ulong>(Tile);
        ArrayView<int> ownPlaces = SharedMemory.Allocate<int>(Tile);
        long row = Grid.IdxX / tiles;
        int tile = Grid.IdxX - ((int)row * tiles), first = tile * width, count = Math.Min(width, columns - first);
        for (int i = Group.IdxX; i < width; i += Group.DimX)
        {
            // What fills a tile up comes behind all numbers of the row.
            bool isNumber = i < count;
            long source = (row * columns) + first + (isNumber ? i : 0);
            ownKeys[i] = isNumber ? keys[source] : ulong.MaxValue;
            ownPlaces[i] = isNumber ? places[source] : int.MaxValue;
        }

        Group.Barrier();
        for (int run = 2; run <= width; run *= 2)
        {
            for (int distance = run / 2; distance > 0; distance /= 2)
            {
                for (int pair = Group.IdxX; pair < width / 2; pair += Group.DimX)
                {
                    int low = (2 * pair) - (pair & (distance - 1)), high = low + distance;
                    ulong lowKey = ownKeys[low], highKey = ownKeys[high];
                    int lowPlace = ownPlaces[low], highPlace = ownPlaces[high];
                    bool isAscending = (low & run) == 0;
                    if (IsBefore(highKey, highPlace, lowKey, lowPlace) != isAscending) continue;
                    ownKeys[low] = highKey;
                    ownKeys[high] = lowKey;
                    ownPlaces[low] = highPlace;
                    ownPlaces[high] = lowPlace;
                }

                Group.Barrier();
            }
        }

        long target = (row * outColumns) + ((long)tile * keep);
        for (int i = Group.IdxX; i < Math.Min(keep, count); i += Group.DimX)
        {
            outKeys[target + i] = ownKeys[i];
            outPlaces[target + i] = ownPlaces[i];
        }
    }

    /// <summary>
    /// Merges neighbouring sorted runs of each row. Layout: a thread takes one number and finds by halving how many of the other run come before it. Launch: one thread a number. Limit: latency of
    /// log₂ run reads, from cache.
    /// </summary>
    public static void Merge(ArrayView<ulong> keys, ArrayView<int> places, ArrayView<ulong> outKeys, ArrayView<int> outPlaces, long count, int columns, int run)
    {
        long element = Places.Thread;
        if (element >= count) return;
        long row = element / columns, start = row * columns;
        int own = (int)(element - start), pair = own / (2 * run) * (2 * run), middle = Math.Min(pair + run, columns);
        bool isLeft = own < middle;
        int first = isLeft ? middle : pair, low = first, high = isLeft ? Math.Min(pair + (2 * run), columns) : middle;
        ulong key = keys[element];
        int place = places[element];
        while (low < high)
        {
            int probe = (low + high) / 2;
            bool isBefore = IsBefore(keys[start + probe], places[start + probe], key, place);
            low = isBefore ? probe + 1 : low;
            high = isBefore ? high : probe;
        }

        long target = start + pair + (own - (isLeft ? pair : middle)) + (low - first);
        outKeys[target] = key;
        outPlaces[target] = place;
    }

    /// <summary>y[r, j] = places[r, j] for y [rows, keep] and places [rows, columns]. Launch: one thread an element of y. Limit: memory bandwidth.</summary>
    public static void Kept(ArrayView<int> places, ArrayView<long> y, long count, int columns, int keep)
    {
        long element = Places.Thread;
        if (element >= count) return;
        long row = element / keep;
        y[element] = places[(row * columns) + (element - (row * keep))];
    }

    static bool IsBefore(ulong key, int place, ulong otherKey, int otherPlace) => key < otherKey || (key == otherKey && place < otherPlace);
}
