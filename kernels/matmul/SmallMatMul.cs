namespace Adjoint.Kernels;

/// <summary>
/// The product without blocks: A is read where it lies if it is contiguous along rows or columns, B where its rows are contiguous; otherwise they
/// are packed whole. The micro-kernel runs through all of k at once.
/// </summary>
static unsafe class SmallMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => Panel<TSimd, V, T>.Columns;

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, bool accumulate, in MatMulEpilogue<T> epilogue)
    {
        // Whole panels of contiguous rows need no copy: only what is left at the right edge, which vectors would overrun.
        var panels = (shape.N + NR - 1) / NR;
        var unpacked = shape.BColumn == 1 ? shape.N / NR : 0;
        var tiles = new RowTiles(shape.M, Panel<TSimd, V, T>.Tallest(shape.N));
        var byRows = tiles.Count >= panels;
        var groups = byRows ? tiles.Count : panels;
        var tag = unpacked < panels && byRows && Workers.Threads > 1 ? Scratch.NewTags() : 0;
        Workers.ForShares(groups, Blocking.SharesWorth(shape), Blocking.IsLong(shape), new Body(shape, tiles, a, b, c, unpacked, byRows, tag, accumulate, epilogue));
    }

    readonly struct Body(MatMulShape shape, RowTiles tiles, T* a, T* b, T* c, int unpacked, bool byRows, long tag, bool accumulate, MatMulEpilogue<T> epilogue)
        : IRangeBody
    {
        public void Run(int start, int end)
        {
            if (byRows) Tiles(tiles.Row(start), tiles.Row(end), 0, (shape.N + NR - 1) / NR);
            else Tiles(0, shape.M, start, end);
        }

        void Tiles(int firstRow, int lastRow, int firstPanel, int lastPanel)
        {
            var rows = lastRow - firstRow;
            var cut = new RowTiles(rows, TSimd.Rows);
            var inPlace = LeftOperand<T>.FitsInPlace(shape);
            var firstPacked = Math.Max(firstPanel, unpacked);
            var packed = firstPacked < lastPanel ? PackPanels<TSimd, V, T>.Held(shape, firstPacked, lastPanel, b, tag) : null;
            var rowsOfA = a + (firstRow * shape.ARow);
            var left = inPlace ? LeftOperand<T>.InPlace(shape, rowsOfA) : PackRows<TSimd, V, T>.Run(shape, cut, rowsOfA);
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                var columns = Math.Min(NR, shape.N - column);
                // Slivers that are packed have the heights of the cut for whole panels.
                if (inPlace && columns <= TSimd.Count) cut = new RowTiles(rows, Panel<TSimd, V, T>.Tallest(columns));
                var isPacked = panel >= unpacked;
                var right = isPacked ? packed + ((long)(panel - firstPacked) * NR * shape.K) : b + column;
                var rightRow = isPacked ? Panel<TSimd, V, T>.Padded(columns) : shape.BRow;
                Panel<TSimd, V, T>.Run(cut, columns, shape.K, left, right, rightRow, c + (firstRow * shape.CRow) + column, shape.CRow, accumulate,
                    epilogue.At(firstRow, column));
            }
        }
    }
}
