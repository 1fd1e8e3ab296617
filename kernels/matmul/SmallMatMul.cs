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
        T* packed = null;
        if (unpacked < panels)
        {
            var edge = new MatMulShape(shape.M, shape.N - (unpacked * NR), shape.K, 0, 0, shape.BRow, shape.BColumn, 0);
            packed = Scratch.Right<T>((long)(panels - unpacked) * NR * shape.K);
            var panelsPerThread = (Blocking.PackingPerThread / shape.K / NR) + 1;
            Workers.For(panels - unpacked, panelsPerThread, new PackBody<TSimd, V, T>(edge, b + (unpacked * NR * shape.BColumn), packed));
        }

        var tiles = new RowTiles(shape.M, Panel<TSimd, V, T>.Tallest(shape.N));
        var byRows = tiles.Count >= panels;
        var groups = byRows ? tiles.Count : panels;
        var perThread = Math.Max(1, (int)Math.Min(int.MaxValue, Blocking.WorkPerThread * groups / shape.Work));
        Workers.For(groups, perThread, new Body(shape, tiles, a, b, c, packed, unpacked, byRows, accumulate, epilogue));
    }

    readonly struct Body(MatMulShape shape, RowTiles tiles, T* a, T* b, T* c, T* packed, int unpacked, bool byRows, bool accumulate, MatMulEpilogue<T> epilogue) : IRangeBody
    {
        public void Run(int start, int end)
        {
            if (byRows) Tiles(tiles.Row(start), tiles.Row(end), 0, (shape.N + NR - 1) / NR);
            else Tiles(0, shape.M, start, end);
        }

        void Tiles(int firstRow, int lastRow, int firstPanel, int lastPanel)
        {
            var cut = new RowTiles(lastRow - firstRow, TSimd.Rows);
            var first = firstRow;
            LeftOperand<T> left;
            var inPlaceLeft = LeftOperand<T>.FitsInPlace(shape);
            if (inPlaceLeft) left = LeftOperand<T>.InPlace(shape, a);
            else
            {
                var slivers = Scratch.Left<T>((long)(lastRow - firstRow) * shape.K);
                PackRows<TSimd, V, T>.Run(shape, cut, a + (firstRow * shape.ARow), shape.K, slivers);
                left = LeftOperand<T>.Packed(slivers, shape.K);
                first = 0;
            }
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                var columns = Math.Min(NR, shape.N - column);
                var inPlace = panel < unpacked;
                var right = inPlace ? b + column : packed + ((long)(panel - unpacked) * NR * shape.K);
                var rightRow = inPlace ? shape.BRow : Panel<TSimd, V, T>.Padded(columns);
                if (columns <= TSimd.Count && inPlaceLeft) cut = new RowTiles(lastRow - firstRow, Panel<TSimd, V, T>.Tallest(columns));
                Panel<TSimd, V, T>.Run(cut, 0, cut.Count, columns, shape.K, left, first, right, rightRow, c + (firstRow * shape.CRow) + column, shape.CRow, accumulate,
                    epilogue.At(firstRow, column));
            }
        }
    }
}
