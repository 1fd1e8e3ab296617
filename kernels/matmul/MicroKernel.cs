using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// The innermost loop of every product: tiles of C, at most MR rows by NR = 2 vectors, each kept in registers while k runs.
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
    // Steps of k in which what is fetched ahead arrives.
    const int LongTile = 128;

    /// <summary>
    /// C = (accumulate ? C : 0) + A·B for <paramref name="tiles"/> tiles of one height below each other.
    /// </summary>
    public static void Run<TWidth, TLeft>(int height, int tiles, in TileOperands<T> operands)
        where TWidth : struct, ITileWidth
        where TLeft : struct, ITileLeft
    {
        switch (height)
        {
            case 1: Tiles<Height1, TWidth, TLeft>(tiles, operands); break;
            case 2: Tiles<Height2, TWidth, TLeft>(tiles, operands); break;
            case 3: Tiles<Height3, TWidth, TLeft>(tiles, operands); break;
            case 4: Tiles<Height4, TWidth, TLeft>(tiles, operands); break;
            case 5: Tiles<Height5, TWidth, TLeft>(tiles, operands); break;
            case 6: Tiles<Height6, TWidth, TLeft>(tiles, operands); break;
            default: RunTall<TWidth, TLeft>(height, tiles, operands); break;
        }
    }

    // Heights that only the registers of some forms hold; for the others the compiler drops them.
    static void RunTall<TWidth, TLeft>(int height, int tiles, in TileOperands<T> operands)
        where TWidth : struct, ITileWidth
        where TLeft : struct, ITileLeft
    {
        if (TWidth.IsWide && TSimd.Rows <= 6) return;
        switch (height)
        {
            case 7: Tiles<Height7, TWidth, TLeft>(tiles, operands); break;
            case 8: Tiles<Height8, TWidth, TLeft>(tiles, operands); break;
            case 9: Tiles<Height9, TWidth, TLeft>(tiles, operands); break;
            case 10: Tiles<Height10, TWidth, TLeft>(tiles, operands); break;
            case 11: Tiles<Height11, TWidth, TLeft>(tiles, operands); break;
            default: Tiles<Height12, TWidth, TLeft>(tiles, operands); break;
        }
    }

    // The conditions on height, width and layout are constants to the compiler: one source, and straight-line code for each tile form.
    static void Tiles<THeight, TWidth, TLeft>(int tiles, in TileOperands<T> operands)
        where THeight : struct, ITileHeight
        where TWidth : struct, ITileWidth
        where TLeft : struct, ITileLeft
    {
        var from = operands.A;
        var c = operands.C;
        var cRow = operands.CRow;
        for (; tiles > 0; tiles--)
        {
            if (tiles > 1 && operands.K >= LongTile) Fetch(c + (THeight.Rows * cRow), cRow, THeight.Rows);
            V l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default;
            V l6 = default, l7 = default, l8 = default, l9 = default, l10 = default, l11 = default;
            V r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
            V r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
            if (operands.Accumulate)
            {
                var sums = c;
                Take<TWidth>(ref sums, cRow, ref l0, ref r0);
                if (THeight.Rows > 1) Take<TWidth>(ref sums, cRow, ref l1, ref r1);
                if (THeight.Rows > 2) Take<TWidth>(ref sums, cRow, ref l2, ref r2);
                if (THeight.Rows > 3) Take<TWidth>(ref sums, cRow, ref l3, ref r3);
                if (THeight.Rows > 4) Take<TWidth>(ref sums, cRow, ref l4, ref r4);
                if (THeight.Rows > 5) Take<TWidth>(ref sums, cRow, ref l5, ref r5);
                if (THeight.Rows > 6) Take<TWidth>(ref sums, cRow, ref l6, ref r6);
                if (THeight.Rows > 7) Take<TWidth>(ref sums, cRow, ref l7, ref r7);
                if (THeight.Rows > 8) Take<TWidth>(ref sums, cRow, ref l8, ref r8);
                if (THeight.Rows > 9) Take<TWidth>(ref sums, cRow, ref l9, ref r9);
                if (THeight.Rows > 10) Take<TWidth>(ref sums, cRow, ref l10, ref r10);
                if (THeight.Rows > 11) Take<TWidth>(ref sums, cRow, ref l11, ref r11);
            }

            // Two steps of k at a time: fewer instructions a multiplication, which is what a core shared by two hardware threads is short of.
            T* a = from, b = operands.B;
            var bRow = operands.BRow;
            var stride = operands.AStride;
            var k = operands.K;
            T* a3 = a + (3 * stride), a6 = a3 + (3 * stride), a9 = a6 + (3 * stride);
            for (; k >= 2; k -= 2)
            {
                var left = TSimd.Load(b);
                var right = TWidth.IsWide ? TSimd.Load(b + TSimd.Count) : default;
                Step<TWidth>(Factor<TLeft>(a, a, stride, 0, 0), left, right, ref l0, ref r0);
                if (THeight.Rows > 1) Step<TWidth>(Factor<TLeft>(a, a, stride, 1, 0), left, right, ref l1, ref r1);
                if (THeight.Rows > 2) Step<TWidth>(Factor<TLeft>(a, a, stride, 2, 0), left, right, ref l2, ref r2);
                if (THeight.Rows > 3) Step<TWidth>(Factor<TLeft>(a, a3, stride, 3, 0), left, right, ref l3, ref r3);
                if (THeight.Rows > 4) Step<TWidth>(Factor<TLeft>(a, a3, stride, 4, 0), left, right, ref l4, ref r4);
                if (THeight.Rows > 5) Step<TWidth>(Factor<TLeft>(a, a3, stride, 5, 0), left, right, ref l5, ref r5);
                if (THeight.Rows > 6) Step<TWidth>(Factor<TLeft>(a, a6, stride, 6, 0), left, right, ref l6, ref r6);
                if (THeight.Rows > 7) Step<TWidth>(Factor<TLeft>(a, a6, stride, 7, 0), left, right, ref l7, ref r7);
                if (THeight.Rows > 8) Step<TWidth>(Factor<TLeft>(a, a6, stride, 8, 0), left, right, ref l8, ref r8);
                if (THeight.Rows > 9) Step<TWidth>(Factor<TLeft>(a, a9, stride, 9, 0), left, right, ref l9, ref r9);
                if (THeight.Rows > 10) Step<TWidth>(Factor<TLeft>(a, a9, stride, 10, 0), left, right, ref l10, ref r10);
                if (THeight.Rows > 11) Step<TWidth>(Factor<TLeft>(a, a9, stride, 11, 0), left, right, ref l11, ref r11);
                left = TSimd.Load(b + bRow);
                right = TWidth.IsWide ? TSimd.Load(b + bRow + TSimd.Count) : default;
                Step<TWidth>(Factor<TLeft>(a, a, stride, 0, 1), left, right, ref l0, ref r0);
                if (THeight.Rows > 1) Step<TWidth>(Factor<TLeft>(a, a, stride, 1, 1), left, right, ref l1, ref r1);
                if (THeight.Rows > 2) Step<TWidth>(Factor<TLeft>(a, a, stride, 2, 1), left, right, ref l2, ref r2);
                if (THeight.Rows > 3) Step<TWidth>(Factor<TLeft>(a, a3, stride, 3, 1), left, right, ref l3, ref r3);
                if (THeight.Rows > 4) Step<TWidth>(Factor<TLeft>(a, a3, stride, 4, 1), left, right, ref l4, ref r4);
                if (THeight.Rows > 5) Step<TWidth>(Factor<TLeft>(a, a3, stride, 5, 1), left, right, ref l5, ref r5);
                if (THeight.Rows > 6) Step<TWidth>(Factor<TLeft>(a, a6, stride, 6, 1), left, right, ref l6, ref r6);
                if (THeight.Rows > 7) Step<TWidth>(Factor<TLeft>(a, a6, stride, 7, 1), left, right, ref l7, ref r7);
                if (THeight.Rows > 8) Step<TWidth>(Factor<TLeft>(a, a6, stride, 8, 1), left, right, ref l8, ref r8);
                if (THeight.Rows > 9) Step<TWidth>(Factor<TLeft>(a, a9, stride, 9, 1), left, right, ref l9, ref r9);
                if (THeight.Rows > 10) Step<TWidth>(Factor<TLeft>(a, a9, stride, 10, 1), left, right, ref l10, ref r10);
                if (THeight.Rows > 11) Step<TWidth>(Factor<TLeft>(a, a9, stride, 11, 1), left, right, ref l11, ref r11);
                a += TLeft.IsRows ? 2 : 2 * stride;
                if (TLeft.IsRows && THeight.Rows > 3) a3 += 2;
                if (TLeft.IsRows && THeight.Rows > 6) a6 += 2;
                if (TLeft.IsRows && THeight.Rows > 9) a9 += 2;
                b += 2 * bRow;
            }
            for (; k > 0; k--)
            {
                var left = TSimd.Load(b);
                var right = TWidth.IsWide ? TSimd.Load(b + TSimd.Count) : default;
                Step<TWidth>(Factor<TLeft>(a, a, stride, 0, 0), left, right, ref l0, ref r0);
                if (THeight.Rows > 1) Step<TWidth>(Factor<TLeft>(a, a, stride, 1, 0), left, right, ref l1, ref r1);
                if (THeight.Rows > 2) Step<TWidth>(Factor<TLeft>(a, a, stride, 2, 0), left, right, ref l2, ref r2);
                if (THeight.Rows > 3) Step<TWidth>(Factor<TLeft>(a, a3, stride, 3, 0), left, right, ref l3, ref r3);
                if (THeight.Rows > 4) Step<TWidth>(Factor<TLeft>(a, a3, stride, 4, 0), left, right, ref l4, ref r4);
                if (THeight.Rows > 5) Step<TWidth>(Factor<TLeft>(a, a3, stride, 5, 0), left, right, ref l5, ref r5);
                if (THeight.Rows > 6) Step<TWidth>(Factor<TLeft>(a, a6, stride, 6, 0), left, right, ref l6, ref r6);
                if (THeight.Rows > 7) Step<TWidth>(Factor<TLeft>(a, a6, stride, 7, 0), left, right, ref l7, ref r7);
                if (THeight.Rows > 8) Step<TWidth>(Factor<TLeft>(a, a6, stride, 8, 0), left, right, ref l8, ref r8);
                if (THeight.Rows > 9) Step<TWidth>(Factor<TLeft>(a, a9, stride, 9, 0), left, right, ref l9, ref r9);
                if (THeight.Rows > 10) Step<TWidth>(Factor<TLeft>(a, a9, stride, 10, 0), left, right, ref l10, ref r10);
                if (THeight.Rows > 11) Step<TWidth>(Factor<TLeft>(a, a9, stride, 11, 0), left, right, ref l11, ref r11);
                a += TLeft.IsRows ? 1 : stride;
                if (TLeft.IsRows && THeight.Rows > 3) a3++;
                if (TLeft.IsRows && THeight.Rows > 6) a6++;
                if (TLeft.IsRows && THeight.Rows > 9) a9++;
                b += bRow;
            }

            Put<TWidth>(ref c, cRow, l0, r0);
            if (THeight.Rows > 1) Put<TWidth>(ref c, cRow, l1, r1);
            if (THeight.Rows > 2) Put<TWidth>(ref c, cRow, l2, r2);
            if (THeight.Rows > 3) Put<TWidth>(ref c, cRow, l3, r3);
            if (THeight.Rows > 4) Put<TWidth>(ref c, cRow, l4, r4);
            if (THeight.Rows > 5) Put<TWidth>(ref c, cRow, l5, r5);
            if (THeight.Rows > 6) Put<TWidth>(ref c, cRow, l6, r6);
            if (THeight.Rows > 7) Put<TWidth>(ref c, cRow, l7, r7);
            if (THeight.Rows > 8) Put<TWidth>(ref c, cRow, l8, r8);
            if (THeight.Rows > 9) Put<TWidth>(ref c, cRow, l9, r9);
            if (THeight.Rows > 10) Put<TWidth>(ref c, cRow, l10, r10);
            if (THeight.Rows > 11) Put<TWidth>(ref c, cRow, l11, r11);
            from += operands.ATile;
        }
    }

    // Rows of C lie far apart, so no hardware fetches those of the next tile ahead. Called while no sums are in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Fetch(T* c, nint cRow, int rows)
    {
        if (!Sse.IsSupported) return;
        for (var row = 0; row < rows; row++, c += cRow)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + TSimd.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Factor<TLeft>(T* column, T* third, nint stride, int row, int step) where TLeft : struct, ITileLeft =>
        TSimd.Broadcast(TLeft.IsRows ? third[(row % 3 * stride) + step] : column[(step * stride) + row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step<TWidth>(V x, V left, V right, ref V l, ref V r) where TWidth : struct, ITileWidth
    {
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
