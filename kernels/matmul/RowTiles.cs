namespace Adjoint.Kernels;

/// <summary>
/// Cuts rows into register tiles of at most <c>tallest</c> rows whose heights differ by one at most: 16 rows are 6 + 5 + 5, not 6 + 6 + 4, since a
/// low tile has too few sums in flight to keep the multipliers busy.
/// </summary>
readonly struct RowTiles
{
    public RowTiles(int rows, int tallest)
    {
        Count = (rows + tallest - 1) / tallest;
        Low = rows / Math.Max(1, Count);
        Tall = rows - (Low * Count);
    }

    public int Count { get; }

    /// <summary>Rows of the lower tiles, which come last.</summary>
    public int Low { get; }

    /// <summary>So many tiles, the first ones, have a row more.</summary>
    public int Tall { get; }

    /// <summary>First row of a tile.</summary>
    public int Row(int tile) => (tile * Low) + Math.Min(tile, Tall);
}
