using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// The innermost loop of every product: a tile of C, at most MR rows by NR = 2 vectors, kept in registers while k runs.
/// </summary>
/// <remarks>
/// Each element is one chain of fused multiply-adds over k in rising order, started from C or from zero. So its bits depend neither on the
/// tile that it falls into, nor on where k is cut into blocks, nor on the vector width.
/// </remarks>
static unsafe class MicroKernel<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>NR: columns of the register tile.</summary>
    public static int Columns { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2 * TSimd.Count; }

    /// <summary>Rows of the next tile when <paramref name="left"/> rows remain; the tile heights are MR and a few smaller ones.</summary>
    public static int Height(int left) => left >= TSimd.Rows ? TSimd.Rows : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;

    /// <summary>
    /// C[rows,columns] = (accumulate ? C : 0) + A·B for one tile. B has rows of whole vectors (readable, though not used, behind
    /// <paramref name="columns"/>); C is touched in <paramref name="columns"/> only.
    /// </summary>
    public static void Run(int rows, int columns, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, bool accumulate)
    {
        if (columns == Columns) Dispatch<Wide>(rows, k, a, aRow, aColumn, b, bRow, c, cRow, accumulate);
        else if (columns == TSimd.Count) Dispatch<Narrow>(rows, k, a, aRow, aColumn, b, bRow, c, cRow, accumulate);
        else Ragged(rows, columns, k, a, aRow, aColumn, b, bRow, c, cRow, accumulate);
    }

    // A tile that ends inside a vector goes through a whole tile on the stack.
    [SkipLocalsInit]
    static void Ragged(int rows, int columns, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, bool accumulate)
    {
        var whole = columns > TSimd.Count;
        var count = columns - (whole ? TSimd.Count : 0);
        var tile = stackalloc V[2 * 12];
        var stride = whole ? 2 : 1;
        if (accumulate)
        {
            for (var i = 0; i < rows; i++)
            {
                if (whole) tile[i * 2] = TSimd.Load(c + (i * cRow));
                tile[((i + 1) * stride) - 1] = TSimd.LoadPart(c + (i * cRow) + (columns - count), count);
            }
        }
        if (whole) Dispatch<Wide>(rows, k, a, aRow, aColumn, b, bRow, (T*)tile, Columns, accumulate);
        else Dispatch<Narrow>(rows, k, a, aRow, aColumn, b, bRow, (T*)tile, TSimd.Count, accumulate);
        for (var i = 0; i < rows; i++)
        {
            if (whole) TSimd.Store(tile[i * 2], c + (i * cRow));
            TSimd.StorePart(tile[((i + 1) * stride) - 1], c + (i * cRow) + (columns - count), count);
        }
    }

    static void Dispatch<TWidth>(int rows, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, bool accumulate)
        where TWidth : struct, ITileWidth
    {
        switch (rows)
        {
            case 12: Tile<Height12, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
            case 8: Tile<Height8, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
            case 6: Tile<Height6, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
            case 4: Tile<Height4, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
            case 2: Tile<Height2, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
            default: Tile<Height1, TWidth>(k, a, aRow, aColumn, b, bRow, c, cRow, accumulate); break;
        }
    }

    // The conditions on height and width are constants to the compiler: one source, and straight-line code for each tile form.
    static void Tile<THeight, TWidth>(int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, bool accumulate)
        where THeight : struct, ITileHeight
        where TWidth : struct, ITileWidth
    {
        V l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default;
        V l6 = default, l7 = default, l8 = default, l9 = default, l10 = default, l11 = default;
        V r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        V r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
        if (accumulate)
        {
            var from = c;
            Take<TWidth>(ref from, cRow, ref l0, ref r0);
            if (THeight.Rows > 1)
            {
                Take<TWidth>(ref from, cRow, ref l1, ref r1);
            }
            if (THeight.Rows > 2)
            {
                Take<TWidth>(ref from, cRow, ref l2, ref r2);
                Take<TWidth>(ref from, cRow, ref l3, ref r3);
            }
            if (THeight.Rows > 4)
            {
                Take<TWidth>(ref from, cRow, ref l4, ref r4);
                Take<TWidth>(ref from, cRow, ref l5, ref r5);
            }
            if (THeight.Rows > 6)
            {
                Take<TWidth>(ref from, cRow, ref l6, ref r6);
                Take<TWidth>(ref from, cRow, ref l7, ref r7);
            }
            if (THeight.Rows > 8)
            {
                Take<TWidth>(ref from, cRow, ref l8, ref r8);
                Take<TWidth>(ref from, cRow, ref l9, ref r9);
                Take<TWidth>(ref from, cRow, ref l10, ref r10);
                Take<TWidth>(ref from, cRow, ref l11, ref r11);
            }
        }

        var a4 = a + (4 * aRow);
        var a8 = a + (8 * aRow);
        var a3 = 3 * aRow;
        for (; k > 0; k--)
        {
            var left = TSimd.Load(b);
            var right = TWidth.IsWide ? TSimd.Load(b + TSimd.Count) : default;
            Step<TWidth>(a[0], left, right, ref l0, ref r0);
            if (THeight.Rows > 1)
            {
                Step<TWidth>(a[aRow], left, right, ref l1, ref r1);
            }
            if (THeight.Rows > 2)
            {
                Step<TWidth>(a[2 * aRow], left, right, ref l2, ref r2);
                Step<TWidth>(a[a3], left, right, ref l3, ref r3);
            }
            if (THeight.Rows > 4)
            {
                Step<TWidth>(a4[0], left, right, ref l4, ref r4);
                Step<TWidth>(a4[aRow], left, right, ref l5, ref r5);
            }
            if (THeight.Rows > 6)
            {
                Step<TWidth>(a4[2 * aRow], left, right, ref l6, ref r6);
                Step<TWidth>(a4[a3], left, right, ref l7, ref r7);
            }
            if (THeight.Rows > 8)
            {
                Step<TWidth>(a8[0], left, right, ref l8, ref r8);
                Step<TWidth>(a8[aRow], left, right, ref l9, ref r9);
                Step<TWidth>(a8[2 * aRow], left, right, ref l10, ref r10);
                Step<TWidth>(a8[a3], left, right, ref l11, ref r11);
            }
            a += aColumn;
            if (THeight.Rows > 4) a4 += aColumn;
            if (THeight.Rows > 8) a8 += aColumn;
            b += bRow;
        }

        Put<TWidth>(ref c, cRow, l0, r0);
        if (THeight.Rows > 1)
        {
            Put<TWidth>(ref c, cRow, l1, r1);
        }
        if (THeight.Rows > 2)
        {
            Put<TWidth>(ref c, cRow, l2, r2);
            Put<TWidth>(ref c, cRow, l3, r3);
        }
        if (THeight.Rows > 4)
        {
            Put<TWidth>(ref c, cRow, l4, r4);
            Put<TWidth>(ref c, cRow, l5, r5);
        }
        if (THeight.Rows > 6)
        {
            Put<TWidth>(ref c, cRow, l6, r6);
            Put<TWidth>(ref c, cRow, l7, r7);
        }
        if (THeight.Rows > 8)
        {
            Put<TWidth>(ref c, cRow, l8, r8);
            Put<TWidth>(ref c, cRow, l9, r9);
            Put<TWidth>(ref c, cRow, l10, r10);
            Put<TWidth>(ref c, cRow, l11, r11);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step<TWidth>(T a, V left, V right, ref V l, ref V r) where TWidth : struct, ITileWidth
    {
        var x = TSimd.Broadcast(a);
        l = TSimd.MultiplyAdd(x, left, l);
        if (TWidth.IsWide) r = TSimd.MultiplyAdd(x, right, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Take<TWidth>(ref T* c, nint cRow, ref V l, ref V r) where TWidth : struct, ITileWidth
    {
        l = TSimd.Load(c);
        if (TWidth.IsWide) r = TSimd.Load(c + TSimd.Count);
        c += cRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<TWidth>(ref T* c, nint cRow, V l, V r) where TWidth : struct, ITileWidth
    {
        TSimd.Store(l, c);
        if (TWidth.IsWide) TSimd.Store(r, c + TSimd.Count);
        c += cRow;
    }
}
