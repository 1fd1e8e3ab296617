namespace Adjoint.Kernels;

/// <summary>
/// The product in blocks that fit the caches (Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008): panels of B
/// for the first level, a block of A for the second, a block of B for the third, packed; A is read where it lies if its lines are near each other.
/// </summary>
/// <remarks>
/// Each thread packs for itself what it multiplies, so some of A or B is packed by several: that costs less than numbers that one core packs, another reads, and the first must
/// claim back to pack the next. <see cref="MatMulGrid"/> keeps it small.
/// </remarks>
static unsafe class BlockedMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => Panel<TSimd, V, T>.Columns;

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, bool accumulate, in MatMulEpilogue<T> epilogue)
    {
        var panelsPerBlock = (int)Math.Min(Blocking.NC, shape.N + NR - 1L) / NR;
        // Equal blocks: what is left over after whole ones would run at a lower rate.
        var most = Blocking.KC(sizeof(V));
        var blocks = (shape.K + most - 1) / most;
        for (var column = 0; column < shape.N; column += panelsPerBlock * NR)
        {
            var columns = Math.Min(panelsPerBlock * NR, shape.N - column);
            var rows = Blocking.MC(sizeof(V), sizeof(T), (shape.K + blocks - 1) / blocks);
            var grid = new MatMulGrid(shape, new RowTiles(shape.M, TSimd.Rows), (columns + NR - 1) / NR, NR, rows, packsRows: !LeftOperand<T>.IsNear(shape));
            for (var index = 0; index < blocks; index++)
            {
                var depth = (int)((long)shape.K * index / blocks);
                var kc = (int)((long)shape.K * (index + 1) / blocks) - depth;
                var block = new MatMulShape(shape.M, columns, kc, shape.ARow, shape.AColumn, shape.BRow, shape.BColumn, shape.CRow);
                var last = index == blocks - 1;
                var body = new Body(block, grid, a + (depth * shape.AColumn), b + (depth * shape.BRow) + (column * shape.BColumn), c + column, accumulate || depth > 0,
                    last ? epilogue.At(0, column) : default, Scratch.NewTags());
                Workers.ForShares(grid.Count, grid.Shares, Blocking.IsLong(shape), body);
            }
        }
    }

    readonly struct Body(MatMulShape block, MatMulGrid grid, T* a, T* b, T* c, bool accumulate, MatMulEpilogue<T> epilogue, long tags) : IRangeBody
    {
        public void Run(int start, int end)
        {
            int held = -1, firstPanel = 0, lastPanel = 0;
            T* right = null;
            for (var piece = start; piece < end; piece++)
            {
                var group = grid.Group(piece);
                if (group != held)
                {
                    (firstPanel, lastPanel) = (grid.Panel(group), grid.Panel(group + 1));
                    right = PackPanels<TSimd, V, T>.Held(block, firstPanel, lastPanel, b, tags + group);
                    held = group;
                }

                int first = grid.FirstRow(piece), rows = grid.EndRow(piece) - first;
                var cut = new RowTiles(rows, TSimd.Rows);
                var source = a + (first * block.ARow);
                var left = LeftOperand<T>.IsNear(block) ? LeftOperand<T>.InPlace(block, source) : PackRows<TSimd, V, T>.Run(block, cut, source);
                Panels(firstPanel, lastPanel, cut, left, right, c + (first * block.CRow), epilogue.At(first, 0));
            }
        }

        void Panels(int firstPanel, int lastPanel, in RowTiles cut, in LeftOperand<T> left, T* right, T* target, in MatMulEpilogue<T> rest)
        {
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                var columns = Math.Min(NR, block.N - column);
                Panel<TSimd, V, T>.Run(cut, columns, block.K, left, right + ((long)(panel - firstPanel) * NR * block.K), Panel<TSimd, V, T>.Padded(columns),
                    target + column, block.CRow, accumulate, rest.At(0, column));
            }
        }
    }
}
