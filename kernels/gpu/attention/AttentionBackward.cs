using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Which cotangent of attention a launch makes.</summary>
public interface IAttentionCotangent
{
    /// <summary>Whether rows are keys and columns queries, rather than the other way round.</summary>
    static abstract bool RowsAreKeys { get; }

    /// <summary>Whether what sums up is slopes rather than weights.</summary>
    static abstract bool TakesSlopes { get; }
}

/// <summary>That of the queries: slopes times keys.</summary>
public readonly struct ToQueries : IAttentionCotangent
{
    public static bool RowsAreKeys => false;

    public static bool TakesSlopes => true;
}

/// <summary>That of the keys: slopes, turned, times queries.</summary>
public readonly struct ToKeys : IAttentionCotangent
{
    public static bool RowsAreKeys => true;

    public static bool TakesSlopes => true;
}

/// <summary>That of the values: weights, turned, times the cotangent of the result.</summary>
public readonly struct ToValues : IAttentionCotangent
{
    public static bool RowsAreKeys => true;

    public static bool TakesSlopes => false;
}

/// <summary>
/// Cotangents of attention by tiles (Dao et al. 2022, algorithm 4), one launch each: weights p = e^(scores - logs) are made anew, slopes are p·(t·vᵀ - dots)·scale. A block keeps 64 rows and 64 columns
/// of its result and meets 32 partners after another. Launch as <see cref="AttentionForward"/>. Limit: reads of shared memory.
/// </summary>
public static class AttentionBackward
{
    const int Rows = AttentionTiles.Rows, Columns = AttentionTiles.Columns;

    /// <summary>
    /// target = weights·source, the weights being those of rows and columns, slopes by the products of their partners. Rows and columns are queries and keys or keys and queries, their partners the
    /// cotangent of the result and values or values and that cotangent.
    /// </summary>
    public static void Run<V, TCotangent>(
        ArrayView<V> left, ArrayView<V> right, ArrayView<V> leftPartner, ArrayView<V> rightPartner, ArrayView<V> source, ArrayView<V> logs, ArrayView<V> dots, ArrayView<V> bias, ArrayView<V> target,
        AttentionSizes sizes)
        where V : unmanaged, ILane<V>
        where TCotangent : struct, IAttentionCotangent
    {
        ArrayView<V> tiles = SharedMemory.Allocate<V>(AttentionTiles.OperandSize), weights = SharedMemory.Allocate<V>(Rows * AttentionTiles.Pitch);
        int allRows = TCotangent.RowsAreKeys ? sizes.Keys : sizes.Queries, allColumns = TCotangent.RowsAreKeys ? sizes.Queries : sizes.Keys;
        int tilesDown = (allRows + Rows - 1) / Rows, item = Grid.IdxX / tilesDown, first = (Grid.IdxX - (item * tilesDown)) * Rows, firstColumn = Grid.IdxY * AttentionTiles.Width;
        int rows = Math.Min(Rows, allRows - first), width = TCotangent.RowsAreKeys && !TCotangent.TakesSlopes ? sizes.Width : sizes.Depth;
        long row = ((long)item * allRows) + first, startOfColumns = (long)item * allColumns;
        int begin = sizes.IsCausal != 0 && TCotangent.RowsAreKeys ? first / Columns * Columns : 0;
        int end = sizes.IsCausal != 0 && !TCotangent.RowsAreKeys ? Math.Min(allColumns, first + rows) : allColumns;
        ThreadSums<V> sums = ThreadSums<V>.Zero();

        for (int column = begin; column < end; column += Columns)
        {
            int columns = Math.Min(Columns, end - column);
            int query = TCotangent.RowsAreKeys ? column : first, key = TCotangent.RowsAreKeys ? first : column;
            long place = ((long)item * sizes.Queries) + query, biasStart = sizes.BiasStart(item) + (query * sizes.BiasRowStep) + key;
            var weight = new WeightFinish<V, TCotangent>(bias, logs, biasStart, place, sizes, rows, columns, query - key);
            AttentionTiles.Multiply(left, row * sizes.Depth, rows, right, (startOfColumns + column) * sizes.Depth, columns, sizes.Depth, tiles, weights, weight);
            if (TCotangent.TakesSlopes)
            {
                // A thread finishes the numbers that it made itself.
                var slope = new SlopeFinish<V, TCotangent>(dots, place, rows, columns);
                AttentionTiles.Multiply(leftPartner, row * sizes.Width, rows, rightPartner, (startOfColumns + column) * sizes.Width, columns, sizes.Width, tiles, weights, slope);
            }

            sums = AttentionTiles.Accumulate(source, (startOfColumns + column) * width, columns, width, firstColumn, tiles, weights, sums);
        }

        if (TCotangent.TakesSlopes) sums = sums.Times(Rows4<V>.Same(V.From(sizes.Scale)));
        AttentionTiles.Store(sums, target, row * width, rows, width, firstColumn);
    }

    /// <summary>A weight; 0 where a query does not see a key.</summary>
    readonly struct WeightFinish<V, TCotangent>(ArrayView<V> bias, ArrayView<V> logs, long biasStart, long query, AttentionSizes sizes, int rows, int columns, int ahead) : ITileFinish<V>
        where V : unmanaged, ILane<V>
        where TCotangent : struct, IAttentionCotangent
    {
        readonly ArrayView<V> bias = bias, logs = logs;
        readonly long biasStart = biasStart, biasRow = sizes.BiasRowStep, query = query;
        readonly double scale = sizes.Scale;
        readonly int rows = rows, columns = columns, ahead = ahead, hasBias = sizes.HasBias, isCausal = sizes.IsCausal;

        public V Apply(int row, int column, V product, V old)
        {
            int q = TCotangent.RowsAreKeys ? column : row, k = TCotangent.RowsAreKeys ? row : column;
            if (row >= rows || column >= columns || (isCausal != 0 && k > q + ahead)) return V.From(0);
            V score = product * V.From(scale);
            if (hasBias != 0) score += bias[biasStart + (q * biasRow) + k];
            return Elementary.ExpOfNonPositive(score - logs[query + q]);
        }
    }

    /// <summary>A slope from a weight, up to the scale.</summary>
    readonly struct SlopeFinish<V, TCotangent>(ArrayView<V> dots, long query, int rows, int columns) : ITileFinish<V>
        where V : unmanaged, ILane<V>
        where TCotangent : struct, IAttentionCotangent
    {
        readonly ArrayView<V> dots = dots;
        readonly long query = query;
        readonly int rows = rows, columns = columns;

        public V Apply(int row, int column, V product, V old)
        {
            if (row >= rows || column >= columns) return V.From(0);
            return old * (product - dots[query + (TCotangent.RowsAreKeys ? column : row)]);
        }
    }
}
