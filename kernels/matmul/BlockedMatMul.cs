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
    static int NR => MicroKernel<TSimd, V, T>.Columns;

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, bool accumulate)
    {
        var panelsPerBlock = Math.Min(Blocking.NC, shape.N + NR - 1) / NR;
        var packed = Scratch.Right<T>((long)panelsPerBlock * NR * Math.Min(Blocking.KC, shape.K));
        for (var column = 0; column < shape.N; column += panelsPerBlock * NR)
        {
            var columns = Math.Min(panelsPerBlock * NR, shape.N - column);
            for (var depth = 0; depth < shape.K; depth += Blocking.KC)
            {
                var kc = Math.Min(Blocking.KC, shape.K - depth);
                var block = new MatMulShape(shape.M, columns, kc, shape.ARow, shape.AColumn, shape.BRow, shape.BColumn, shape.CRow);
                var panels = (columns + NR - 1) / NR;
                var minimum = (Blocking.PackingPerThread / kc / NR) + 1;
                Workers.For(panels, minimum, new PackBody<TSimd, V, T>(block, b + (depth * shape.BRow) + (column * shape.BColumn), packed));
                var grid = new Grid(shape.M, panels, Workers.Threads);
                Workers.For(grid.Count, 1, new TileBody(block, grid, a + (depth * shape.AColumn), packed, c + column, accumulate || depth > 0));
            }
        }
    }

    /// <summary>Cuts C into blocks of rows, and groups of panels where there are fewer row blocks than threads.</summary>
    readonly struct Grid
    {
        public Grid(int rows, int panels, int threads)
        {
            var blocks = (rows + Blocking.MC<T>() - 1) / Blocking.MC<T>();
            if (rows >= threads * 2 * TSimd.Rows) blocks = (blocks + threads - 1) / threads * threads;
            RowsPerBlock = (((rows + blocks - 1) / blocks) + TSimd.Rows - 1) / TSimd.Rows * TSimd.Rows;
            Blocks = (rows + RowsPerBlock - 1) / RowsPerBlock;
            Groups = Math.Clamp(threads / Blocks, 1, panels);
        }

        public int RowsPerBlock { get; }

        public int Blocks { get; }

        public int Groups { get; }

        public int Count => Blocks * Groups;
    }

    readonly struct TileBody(MatMulShape block, Grid grid, T* a, T* b, T* c, bool accumulate) : IRangeBody
    {
        public void Run(int start, int end)
        {
            var packed = Scratch.Left<T>((long)grid.RowsPerBlock * block.K);
            var held = -1;
            var panels = (block.N + NR - 1) / NR;
            for (var cell = start; cell < end; cell++)
            {
                var first = cell / grid.Groups * grid.RowsPerBlock;
                var last = Math.Min(block.M, first + grid.RowsPerBlock);
                if (held != first) PackRows(first, last, packed);
                held = first;
                var group = cell % grid.Groups;
                Tiles(first, last, group * panels / grid.Groups, (group + 1) * panels / grid.Groups, packed);
            }
        }

        void PackRows(int first, int last, T* packed)
        {
            for (int row = first, rows; row < last; row += rows)
            {
                rows = MicroKernel<TSimd, V, T>.Height(last - row);
                Packing.Panel<TSimd, V, T>(a + (row * block.ARow), block.ARow, block.AColumn, rows, block.K,
                    packed + ((long)(row - first) * block.K), rows);
            }
        }

        void Tiles(int first, int last, int firstPanel, int lastPanel, T* packed)
        {
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                for (int row = first, rows; row < last; row += rows)
                {
                    rows = MicroKernel<TSimd, V, T>.Height(last - row);
                    MicroKernel<TSimd, V, T>.Run(rows, Math.Min(NR, block.N - column), block.K, packed + ((long)(row - first) * block.K), 1, rows,
                        b + ((long)column * block.K), NR, c + (row * block.CRow) + column, block.CRow, accumulate);
                }
            }
        }
    }
}
