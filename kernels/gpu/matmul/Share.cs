using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// What of a batch of products a block works on: a tile of an item, and of cut sums a piece. Blocks lie along the grid's first axis alone, which takes any number of them: columns of tiles
/// first, then rows, then pieces, then items.
/// </summary>
struct Share
{
    /// <summary>The tile's first row and column.</summary>
    internal int Row, Column;

    /// <summary>The steps of the sum, from the first to before the end.</summary>
    internal int First, End;

    /// <summary>Where the item's operands start, in elements.</summary>
    internal long Left, Right;

    /// <summary>Where the item's target starts, or the piece's.</summary>
    internal long Target;

    public static Share Of(MatrixProduct product, int tileRows, int tileColumns)
    {
        int across = (product.Columns + tileColumns - 1) / tileColumns, tiles = (product.Rows + tileRows - 1) / tileRows * across;
        int item = Grid.IdxX / tiles, tile = Grid.IdxX - (item * tiles), row = tile / across, first = 0, end = product.Inner;
        long target = (long)item * product.Rows * product.Columns;
        if (product.Pieces > 1)
        {
            int piece = item % product.Pieces;
            item /= product.Pieces;
            first = piece * product.PieceInner;
            end = Math.Min(end, first + product.PieceInner);
        }

        return new()
        {
            Row = row * tileRows,
            Column = (tile - (row * across)) * tileColumns,
            First = first,
            End = end,
            Left = item * product.LeftBatchStep,
            Right = item * product.RightBatchStep,
            Target = target,
        };
    }

    /// <summary>Where an element of the target is.</summary>
    public readonly long Place(MatrixProduct product, int row, int column) => Target + ((long)row * product.Columns) + column;

    /// <summary>Writes an element of the target: the sum with bias and finish, added to what was there where the product asks for it.</summary>
    public static void Store<V, TFinish>(V sum, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, int row, int column, long place, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        if (product.HasBias != 0) sum += bias[product.HasRowBias != 0 ? row : column];
        sum = finish.Apply(sum);
        target[place] = product.Accumulates != 0 ? target[place] + sum : sum;
    }
}
