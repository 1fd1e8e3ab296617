namespace Adjoint.Kernels;

/// <summary>
/// The product in blocks that fit the caches (Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008): panels of B
/// for the first level, a block of A for the second, a block of B for the third, all packed.
/// </summary>
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
        var blocks = (shape.K + Blocking.KC - 1) / Blocking.KC;
        var packed = Scratch.Right<T>((long)panelsPerBlock * NR * ((shape.K + blocks - 1) / blocks));
        for (var column = 0; column < shape.N; column += panelsPerBlock * NR)
        {
            var columns = Math.Min(panelsPerBlock * NR, shape.N - column);
            var panels = (columns + NR - 1) / NR;
            for (var index = 0; index < blocks; index++)
            {
                var depth = (int)((long)shape.K * index / blocks);
                var kc = (int)((long)shape.K * (index + 1) / blocks) - depth;
                var block = new MatMulShape(shape.M, columns, kc, shape.ARow, shape.AColumn, shape.BRow, shape.BColumn, shape.CRow);
                var minimum = (Blocking.PackingPerThread / kc / NR) + 1;
                Workers.For(panels, minimum, new PackBody<TSimd, V, T>(block, b + (depth * shape.BRow) + (column * shape.BColumn), packed));
                var grid = new Grid(shape.M, panels);
                var last = index == blocks - 1;
                Workers.For(grid.Count, 1, new TileBody(block, grid, a + (depth * shape.AColumn), packed, c + column, accumulate || depth > 0,
                    last ? epilogue.At(0, column) : default));
            }
        }
    }

    /// <summary>Cuts C into blocks of rows, and where these are too few for all threads, into groups of panels.</summary>
    readonly struct Grid
    {
        public Grid(int rows, int panels)
        {
            Tiles = new RowTiles(rows, TSimd.Rows);
            var blocks = (rows + Blocking.MC - 1) / Blocking.MC;
            var pieces = Workers.Threads == 1 ? 1 : Workers.Threads * Blocking.BlocksPerThread;
            Blocks = Math.Clamp(pieces, blocks, Math.Max(blocks, rows / Blocking.LeastRows));
            Groups = Math.Clamp(pieces / Blocks, 1, panels);
        }

        public RowTiles Tiles { get; }

        public int Blocks { get; }

        public int Groups { get; }

        public int Count => Blocks * Groups;

        /// <summary>First tile of a block of rows.</summary>
        public int Tile(int block) => (int)((long)Tiles.Count * block / Blocks);
    }

    readonly struct TileBody(MatMulShape block, Grid grid, T* a, T* b, T* c, bool accumulate, MatMulEpilogue<T> epilogue) : IRangeBody
    {
        public void Run(int start, int end)
        {
            var held = -1;
            LeftOperand<T> left = default;
            RowTiles cut = default;
            var panels = (block.N + NR - 1) / NR;
            for (var cell = start; cell < end; cell++)
            {
                var index = cell / grid.Groups;
                var first = grid.Tiles.Row(grid.Tile(index));
                if (held != index)
                {
                    var rows = grid.Tiles.Row(grid.Tile(index + 1)) - first;
                    cut = new RowTiles(rows, TSimd.Rows);
                    var packed = Scratch.Left<T>((long)rows * block.K);
                    PackRows<TSimd, V, T>.Run(block, cut, a + (first * block.ARow), block.K, packed);
                    left = LeftOperand<T>.Packed(packed, block.K);
                    held = index;
                }
                var group = cell % grid.Groups;
                Panels(group * panels / grid.Groups, (group + 1) * panels / grid.Groups, cut, left, c + (first * block.CRow), epilogue.At(first, 0));
            }
        }

        void Panels(int firstPanel, int lastPanel, in RowTiles cut, in LeftOperand<T> left, T* target, in MatMulEpilogue<T> rest)
        {
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                var columns = Math.Min(NR, block.N - column);
                Panel<TSimd, V, T>.Run(cut, columns, block.K, left, b + ((long)column * block.K), Panel<TSimd, V, T>.Padded(columns),
                    target + column, block.CRow, accumulate, rest.At(0, column));
            }
        }
    }
}
