using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What becomes of a product of one row and one column of a tile.</summary>
interface ITileFinish<V> where V : unmanaged, ILane<V>
{
    /// <summary>The number to keep in place of <paramref name="old"/>.</summary>
    V Apply(int row, int column, V product, V old);
}

/// <summary>
/// The two products of attention by a block of 256 threads, through shared memory: weights [64, 32] of rows and columns, and sums of 64 columns of a source by these weights. Thread t holds the rows
/// 4·(t / 16) and three more of both, and every sixteenth column from t % 16 on.
/// </summary>
static class AttentionTiles
{
    public const int Rows = 64, Columns = 32, Inner = 16, Width = 64, Threads = 256, ThreadRows = 4, Across = 16;

    /// <summary>Distance of neighbouring rows of the weights; odd, so that neighbouring rows lie in different banks.</summary>
    public const int Pitch = Columns + 1;

    /// <summary>Numbers of the tiles of operands, which take turns in one place: those of a source are the most.</summary>
    public const int OperandSize = Columns * Width;

    /// <summary>weights = finish(left·rightᵀ) for some rows of each, of one length; missing rows count as zeros. Barriers stand at its start alone.</summary>
    public static void Multiply<V, TFinish>(
        ArrayView<V> left, long leftStart, int leftRows, ArrayView<V> right, long rightStart, int rightRows, int depth, ArrayView<V> tiles, ArrayView<V> weights, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : struct, ITileFinish<V>
    {
        int down = Group.IdxX / Across * ThreadRows, across = Group.IdxX % Across, second = Inner * (Rows + 1);
        Rows4<V> near = Rows4<V>.Same(V.From(0)), far = near;
        for (int first = 0; first == 0 || first < depth; first += Inner)
        {
            Group.Barrier();
            for (int i = Group.IdxX; i < Rows * Inner; i += Threads)
            {
                int k = i % Inner, row = i / Inner;
                tiles[(k * (Rows + 1)) + row] = row < leftRows && first + k < depth ? left[leftStart + ((long)row * depth) + first + k] : V.From(0);
            }

            for (int i = Group.IdxX; i < Columns * Inner; i += Threads)
            {
                int k = i % Inner, row = i / Inner;
                tiles[second + (k * Pitch) + row] = row < rightRows && first + k < depth ? right[rightStart + ((long)row * depth) + first + k] : V.From(0);
            }

            Group.Barrier();
            for (int k = 0; k < Inner; k++)
            {
                int row = (k * (Rows + 1)) + down, column = second + (k * Pitch) + across;
                Rows4<V> lefts = new() { A = tiles[row], B = tiles[row + 1], C = tiles[row + 2], D = tiles[row + 3] };
                near = near.Plus(lefts, tiles[column]);
                far = far.Plus(lefts, tiles[column + Across]);
            }
        }

        Finish(near, down, across, weights, finish);
        Finish(far, down, across + Across, weights, finish);
    }

    static void Finish<V, TFinish>(Rows4<V> products, int row, int column, ArrayView<V> weights, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : struct, ITileFinish<V>
    {
        int place = (row * Pitch) + column;
        weights[place] = finish.Apply(row, column, products.A, weights[place]);
        weights[place + Pitch] = finish.Apply(row + 1, column, products.B, weights[place + Pitch]);
        weights[place + (2 * Pitch)] = finish.Apply(row + 2, column, products.C, weights[place + (2 * Pitch)]);
        weights[place + (3 * Pitch)] = finish.Apply(row + 3, column, products.D, weights[place + (3 * Pitch)]);
    }

    /// <summary>sums + weights·source for the columns from <paramref name="firstColumn"/> on of some rows of the source. Barriers stand before and behind the reads of the source.</summary>
    public static ThreadSums<V> Accumulate<V>(ArrayView<V> source, long start, int sourceRows, int width, int firstColumn, ArrayView<V> tiles, ArrayView<V> weights, ThreadSums<V> sums)
        where V : unmanaged, ILane<V>
    {
        int down = Group.IdxX / Across * ThreadRows, across = Group.IdxX % Across;
        Group.Barrier();
        for (int i = Group.IdxX; i < Columns * Width; i += Threads)
        {
            int column = i % Width, row = i / Width;
            tiles[i] = row < sourceRows && firstColumn + column < width ? source[start + ((long)row * width) + firstColumn + column] : V.From(0);
        }

        Group.Barrier();
        for (int k = 0; k < Columns; k++)
        {
            int row = (down * Pitch) + k, column = (k * Width) + across;
            Rows4<V> factors = new() { A = weights[row], B = weights[row + Pitch], C = weights[row + (2 * Pitch)], D = weights[row + (3 * Pitch)] };
            sums = new()
            {
                First = sums.First.Plus(factors, tiles[column]),
                Second = sums.Second.Plus(factors, tiles[column + Across]),
                Third = sums.Third.Plus(factors, tiles[column + (2 * Across)]),
                Fourth = sums.Fourth.Plus(factors, tiles[column + (3 * Across)]),
            };
        }

        return sums;
    }

    /// <summary>Writes sums to the columns from <paramref name="firstColumn"/> on of some rows.</summary>
    public static void Store<V>(ThreadSums<V> sums, ArrayView<V> target, long start, int rows, int width, int firstColumn)
        where V : unmanaged, ILane<V>
    {
        int down = Group.IdxX / Across * ThreadRows, column = firstColumn + (Group.IdxX % Across);
        long place = start + ((long)down * width) + column;
        Store(sums.First, target, place, rows - down, width, column < width);
        Store(sums.Second, target, place + Across, rows - down, width, column + Across < width);
        Store(sums.Third, target, place + (2 * Across), rows - down, width, column + (2 * Across) < width);
        Store(sums.Fourth, target, place + (3 * Across), rows - down, width, column + (3 * Across) < width);
    }

    static void Store<V>(Rows4<V> sums, ArrayView<V> target, long place, int rows, int width, bool isInside)
        where V : unmanaged, ILane<V>
    {
        if (!isInside) return;
        if (rows > 0) target[place] = sums.A;
        if (rows > 1) target[place + width] = sums.B;
        if (rows > 2) target[place + (2L * width)] = sums.C;
        if (rows > 3) target[place + (3L * width)] = sums.D;
    }
}
