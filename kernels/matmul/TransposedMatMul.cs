namespace Adjoint.Kernels;

/// <summary>
/// Few rows times a matrix whose columns are contiguous, such as a small batch times weights [out, in]: computed as Cᵀ = Bᵀ·Aᵀ, which reads B in
/// place, packs the few rows of A and turns the few results, where the direct way would have to turn all of B.
/// </summary>
static unsafe class TransposedMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    // Rows of the turned result that are turned back at once, while they are in the first cache level.
    const int RowsAtOnce = 96;

    static int NR => Panel<TSimd, V, T>.Columns;

    /// <summary>Whether it copies fewer numbers than the direct way.</summary>
    public static bool Suits(in MatMulShape shape, bool accumulate) =>
        !accumulate && shape.BRow == 1 && shape.BColumn != 1
        && (long)shape.M * (shape.K + shape.N) < (long)shape.K * shape.N;

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        var turned = new MatMulShape(shape.N, shape.M, shape.K, shape.BColumn, shape.BRow, shape.AColumn, shape.ARow, shape.M);
        var panels = (shape.M + NR - 1) / NR;
        var packed = Scratch.Right<T>((long)panels * NR * shape.K);
        new PackBody<TSimd, V, T>(turned, a, packed).Run(0, panels);
        var tiles = new RowTiles(shape.N, TSimd.Rows);
        Workers.For(tiles.Count, Blocking.PartsPerThread(tiles.Count, shape.Work), new Body(turned, tiles, b, packed, c, shape.CRow, epilogue));
    }

    readonly struct Body(MatMulShape turned, RowTiles tiles, T* a, T* packed, T* c, nint cRow, MatMulEpilogue<T> epilogue) : IRangeBody
    {
        public void Run(int start, int end)
        {
            var last = tiles.Row(end);
            var result = Scratch.Left<T>((long)RowsAtOnce * turned.N);
            for (int row = tiles.Row(start), rows; row < last; row += rows)
            {
                var parts = (last - row + RowsAtOnce - 1) / RowsAtOnce;
                rows = (last - row + parts - 1) / parts;
                var cut = new RowTiles(rows, TSimd.Rows);
                var left = LeftOperand<T>.InPlace(turned, a + (row * turned.ARow));
                for (var column = 0; column < turned.N; column += NR)
                {
                    var columns = Math.Min(NR, turned.N - column);
                    Panel<TSimd, V, T>.Run(cut, columns, turned.K, left, packed + ((long)column * turned.K),
                        Panel<TSimd, V, T>.Padded(columns), result + column, turned.N, false, default);
                }
                Turn(row, rows, result);
            }
        }

        // The rows of the result become columns of C.
        void Turn(int column, int columns, T* result)
        {
            Packing.Turn(result, turned.N, columns, turned.N, c + column, cRow);
            if (epilogue.IsNothing) return;
            for (var from = column; from < column + columns; from += NR)
                Finish<TSimd, V, T>.Run(turned.N, Math.Min(NR, column + columns - from), c + from, cRow, epilogue.At(0, from));
        }
    }
}
