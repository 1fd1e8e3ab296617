using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>One panel of C, at most two vectors wide: tiles below each other, of which the first ones may be a row higher.</summary>
static unsafe class Panel<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int TilesPerEpilogue = 16;

    /// <summary>NR: columns of a panel.</summary>
    public static int Columns { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2 * TSimd.Count; }

    /// <summary>Columns that a packed panel is padded to.</summary>
    public static int Padded(int columns) => columns > TSimd.Count ? Columns : TSimd.Count;

    /// <summary>Rows of the tallest tile: one vector wide, 12 sums and the rest fit 16 registers.</summary>
    public static int Tallest(int columns) => columns > TSimd.Count ? TSimd.Rows : 12;

    /// <summary>C[rows of the cut, columns] = (accumulate ? C : 0) + A·B, then the epilogue; all start at the cut's first row and the panel's first column.</summary>
    public static void Run(in RowTiles cut, int columns, int k, in LeftOperand<T> a, T* b, nint bRow, T* c, nint cRow, bool accumulate,
        in MatMulEpilogue<T> epilogue)
    {
        // The epilogue follows while the rows are in the first cache level.
        var most = epilogue.IsNothing ? int.MaxValue : TilesPerEpilogue;
        for (int tile = 0, tiles; tile < cut.Count; tile += tiles)
        {
            var isTall = tile < cut.Tall;
            tiles = Math.Min(most, (isTall ? cut.Tall : cut.Count) - tile);
            var height = isTall ? cut.Low + 1 : cut.Low;
            var row = cut.Row(tile);
            var operands = new TileOperands<T>
            {
                A = a.At(row), ATile = a.TileStep(height), AStride = a.Stride(height), B = b, BRow = bRow, C = c + (row * cRow), CRow = cRow, K = k,
                Accumulate = accumulate,
            };
            if (a.AlongRows) Width<AlongRows>(height, tiles, columns, operands);
            else Width<AlongColumns>(height, tiles, columns, operands);
            if (!epilogue.IsNothing) Finish<TSimd, V, T>.Run(tiles * height, columns, operands.C, cRow, epilogue.At(row, 0));
        }
    }

    static void Width<TLeft>(int height, int tiles, int columns, in TileOperands<T> operands) where TLeft : struct, ITileLeft
    {
        if (columns == Columns) MicroKernel<TSimd, V, T>.Run<Wide, TLeft>(height, tiles, operands);
        else if (columns > TSimd.Count) Ragged<Wide, TLeft>(height, tiles, columns, operands);
        else if (columns == TSimd.Count) MicroKernel<TSimd, V, T>.Run<Narrow, TLeft>(height, tiles, operands);
        else Ragged<Narrow, TLeft>(height, tiles, columns, operands);
    }

    // A tile that ends inside a vector goes through a whole tile on the stack.
    [SkipLocalsInit]
    static void Ragged<TWidth, TLeft>(int height, int tiles, int columns, in TileOperands<T> operands)
        where TWidth : struct, ITileWidth
        where TLeft : struct, ITileLeft
    {
        var vectors = TWidth.IsWide ? 2 : 1;
        var count = columns - ((vectors - 1) * TSimd.Count);
        var tile = stackalloc V[2 * 12];
        for (var index = 0; index < tiles; index++)
        {
            var c = operands.C + (index * height * operands.CRow);
            for (var i = 0; operands.Accumulate && i < height; i++)
            {
                var from = c + (i * operands.CRow);
                if (TWidth.IsWide) tile[i * 2] = TSimd.Load(from);
                tile[((i + 1) * vectors) - 1] = TSimd.LoadPart(from + columns - count, count);
            }
            MicroKernel<TSimd, V, T>.Run<TWidth, TLeft>(height, 1, new TileOperands<T>
            {
                A = operands.A + (index * operands.ATile), AStride = operands.AStride, B = operands.B, BRow = operands.BRow, C = (T*)tile,
                CRow = vectors * TSimd.Count, K = operands.K, Accumulate = operands.Accumulate,
            });
            for (var i = 0; i < height; i++)
            {
                if (TWidth.IsWide) TSimd.Store(tile[i * 2], c);
                TSimd.StorePart(tile[((i + 1) * vectors) - 1], c + columns - count, count);
                c += operands.CRow;
            }
        }
    }
}
