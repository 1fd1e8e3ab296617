namespace Adjoint.Kernels;

/// <summary>
/// The product without blocks: A is read where it lies, B too where its rows are contiguous, otherwise it is packed whole. The micro-kernel
/// runs through all of k at once.
/// </summary>
static unsafe class SmallMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => MicroKernel<TSimd, V, T>.Columns;

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, bool accumulate)
    {
        // Whole panels of contiguous rows need no copy: only what is left at the right edge, which vectors would overrun.
        var panels = (shape.N + NR - 1) / NR;
        var unpacked = shape.BColumn == 1 ? shape.N / NR : 0;
        var edge = new MatMulShape(shape.M, shape.N - (unpacked * NR), shape.K, 0, 0, shape.BRow, shape.BColumn, 0);
        var packed = Scratch.Right<T>((long)(panels - unpacked) * NR * shape.K);
        var panelsPerThread = (Blocking.PackingPerThread / shape.K / NR) + 1;
        Workers.For(panels - unpacked, panelsPerThread, new PackBody<TSimd, V, T>(edge, b + (unpacked * NR * shape.BColumn), packed));

        var byRows = shape.M >= 2 * TSimd.Rows || panels == 1;
        var groups = byRows ? (shape.M + 3) / 4 : panels;
        var perThread = Math.Max(1, (int)Math.Min(int.MaxValue, Blocking.WorkPerThread * groups / shape.Work));
        Workers.For(groups, perThread, new Body(shape, a, b, c, packed, unpacked, byRows, accumulate));
    }

    readonly struct Body(MatMulShape shape, T* a, T* b, T* c, T* packed, int unpacked, bool byRows, bool accumulate) : IRangeBody
    {
        public void Run(int start, int end)
        {
            if (byRows) Tiles(start * 4, Math.Min(shape.M, end * 4), 0, (shape.N + NR - 1) / NR);
            else Tiles(0, shape.M, start, end);
        }

        void Tiles(int firstRow, int lastRow, int firstPanel, int lastPanel)
        {
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * NR;
                var columns = Math.Min(NR, shape.N - column);
                var inPlace = panel < unpacked;
                var right = inPlace ? b + column : packed + ((long)(panel - unpacked) * NR * shape.K);
                var rightRow = inPlace ? shape.BRow : NR;
                for (int row = firstRow, rows; row < lastRow; row += rows)
                {
                    rows = MicroKernel<TSimd, V, T>.Height(lastRow - row);
                    MicroKernel<TSimd, V, T>.Run(rows, columns, shape.K, a + (row * shape.ARow), shape.ARow, shape.AColumn, right, rightRow,
                        c + (row * shape.CRow) + column, shape.CRow, accumulate);
                }
            }
        }
    }
}
