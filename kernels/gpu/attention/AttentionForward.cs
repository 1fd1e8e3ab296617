using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Attention by tiles (Dao et al. 2022, algorithm 1): a block keeps 64 queries and 64 columns of their results, and meets 32 keys after another. Launch: 256 threads; the grid's first axis counts tiles
/// of queries of all items, its second tiles of columns, each of which makes the scores for itself. Limit: reads of shared memory.
/// </summary>
public static class AttentionForward
{
    const int Rows = AttentionTiles.Rows, Columns = AttentionTiles.Columns, Pitch = AttentionTiles.Pitch;

    // Threads that share a row of scores, and columns of each.
    const int RowThreads = AttentionTiles.Threads / Rows, RowColumns = Columns / RowThreads;

    /// <summary>y = softmax(scale·q·kᵀ + bias)·v, and the logarithms of the sums of exponentials, +∞ for a row that sees no key.</summary>
    public static void Run<V>(ArrayView<V> q, ArrayView<V> k, ArrayView<V> v, ArrayView<V> bias, ArrayView<V> y, ArrayView<V> logs, AttentionSizes sizes)
        where V : unmanaged, ILane<V>
    {
        ArrayView<V> tiles = SharedMemory.Allocate<V>(AttentionTiles.OperandSize), weights = SharedMemory.Allocate<V>(Rows * Pitch);
        ArrayView<V> maxima = SharedMemory.Allocate<V>(AttentionTiles.Threads), totals = SharedMemory.Allocate<V>(AttentionTiles.Threads), factors = SharedMemory.Allocate<V>(Rows);
        int tilesDown = (sizes.Queries + Rows - 1) / Rows, item = Grid.IdxX / tilesDown, first = (Grid.IdxX - (item * tilesDown)) * Rows, firstColumn = Grid.IdxY * AttentionTiles.Width;
        int rows = Math.Min(Rows, sizes.Queries - first), seen = sizes.IsCausal == 0 ? sizes.Keys : Math.Min(sizes.Keys, first + rows);
        long query = ((long)item * sizes.Queries) + first, key = (long)item * sizes.Keys, biasStart = sizes.BiasStart(item) + (first * sizes.BiasRowStep);
        int row = Group.IdxX / RowThreads, part = Group.IdxX % RowThreads, start = (row * Pitch) + (part * RowColumns), down = Group.IdxX / AttentionTiles.Across * AttentionTiles.ThreadRows;
        V largest = V.Lowest, total = V.From(0), zero = V.From(0);
        ThreadSums<V> sums = ThreadSums<V>.Zero();

        for (int column = 0; column < seen; column += Columns)
        {
            int columns = Math.Min(Columns, seen - column);
            var finish = new ScoreFinish<V>(bias, biasStart + column, sizes, rows, columns, first - column);
            AttentionTiles.Multiply(q, query * sizes.Depth, rows, k, (key + column) * sizes.Depth, columns, sizes.Depth, tiles, weights, finish);
            Group.Barrier();

            V most = V.Lowest;
            for (int i = 0; i < RowColumns; i++) most = V.IfLess(most, weights[start + i], weights[start + i], most);
            maxima[Group.IdxX] = most;
            Group.Barrier();
            V before = largest;
            for (int i = 0; i < RowThreads; i++)
            {
                V other = maxima[(row * RowThreads) + i];
                largest = V.IfLess(largest, other, other, largest);
            }

            V shift = V.IfEqual(largest, V.Lowest, zero, largest), sum = zero;
            for (int i = 0; i < RowColumns; i++)
            {
                V power = Elementary.ExpOfNonPositive(weights[start + i] - shift);
                weights[start + i] = power;
                sum += power;
            }

            V kept = Elementary.ExpOfNonPositive(before - shift);
            totals[Group.IdxX] = sum;
            if (part == 0) factors[row] = kept;
            Group.Barrier();
            sum = totals[row * RowThreads];
            for (int i = 1; i < RowThreads; i++) sum += totals[(row * RowThreads) + i];
            total = V.MultiplyAdd(total, kept, sum);
            sums = AttentionTiles.Accumulate(v, (key + column) * sizes.Width, columns, sizes.Width, firstColumn, tiles, weights, sums.Times(Factors(factors, down)));
        }

        Group.Barrier();
        if (part == 0) factors[row] = V.IfEqual(total, zero, zero, V.From(1) / total);
        if (part == 0 && row < rows && Grid.IdxY == 0) logs[query + row] = V.IfEqual(total, zero, V.Highest, largest + Elementary.Log(total));
        Group.Barrier();
        AttentionTiles.Store(sums.Times(Factors(factors, down)), y, query * sizes.Width, rows, sizes.Width, firstColumn);
    }

    static Rows4<V> Factors<V>(ArrayView<V> factors, int down)
        where V : unmanaged, ILane<V> =>
        new() { A = factors[down], B = factors[down + 1], C = factors[down + 2], D = factors[down + 3] };

    /// <summary>A score, or -∞ where there is none.</summary>
    readonly struct ScoreFinish<V>(ArrayView<V> bias, long biasStart, AttentionSizes sizes, int rows, int columns, int ahead) : ITileFinish<V> where V : unmanaged, ILane<V>
    {
        readonly ArrayView<V> bias = bias;
        readonly long biasStart = biasStart, biasRow = sizes.BiasRowStep;
        readonly double scale = sizes.Scale;
        readonly int rows = rows, columns = columns, ahead = ahead, hasBias = sizes.HasBias, isCausal = sizes.IsCausal;

        public V Apply(int row, int column, V product, V old)
        {
            if (row >= rows || column >= columns || (isCausal != 0 && column > row + ahead)) return V.Lowest;
            V score = product * V.From(scale);
            return hasBias == 0 ? score : score + bias[biasStart + (row * biasRow) + column];
        }
    }
}
