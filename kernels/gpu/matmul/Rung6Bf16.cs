using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 6: bf16 operands, as their 16 bits, with sums and target in f32; fragments come from shared memory four matrices at a time. Dense operands whose columns and inner size are multiples of 8;
/// rows and tiles may be ragged. Launch as rung 5. Limit: matrix units, then copies of two buffers.
/// </summary>
public static class Rung6Bf16
{
    // Padded so that the rows of a matrix lie in different banks.
    const int Inner = 32, Padding = 8, LeftStep = Inner + Padding;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TFinish>(ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Registers4, for an alignment of 16 bytes.
        ArrayView<ushort> a = SharedMemory.Allocate<Registers4>(2 * TTile.Rows * LeftStep / 8).Cast<ushort>();
        ArrayView<ushort> b = SharedMemory.Allocate<Registers4>(2 * Inner * (TTile.Columns + Padding) / 8).Cast<ushort>();
        int warp = Group.IdxX / WarpTeam.Threads, lane = WarpTeam.Member, across = TTile.Columns / WarpPart.Columns, step = TTile.Columns + Padding;
        int warpRow = warp / across * WarpPart.Rows, warpColumn = warp % across * WarpPart.Columns;
        SumsTile sums = default;

        Fetch<TTile>(left, right, a, b, product, 0);
        for (int first = 0; first < product.Inner; first += Inner)
        {
            int buffer = (first / Inner) & 1;
            Fetch<TTile>(left, right, a, b, product, first + Inner);
            AsynchronousCopies.WaitForAllButOne();
            Group.Barrier();

            // The row of a 16 x 16 tile whose address this lane gives: of its upper or lower half, in its left or right half.
            int leftStart = (((buffer * TTile.Rows) + warpRow + (lane % 16)) * LeftStep) + (lane / 16 * 8);
            int rightStart = (((buffer * Inner) + (lane % 16)) * step) + warpColumn + (lane / 16 * 8);
            sums = Multiply(a, b, leftStart, rightStart, sums);
            sums = Multiply(a, b, leftStart + 16, rightStart + (16 * step), sums);
            Group.Barrier();
        }

        WarpResults.Store(sums, bias, target, product, finish, (Grid.IdxY * TTile.Rows) + warpRow, (Grid.IdxX * TTile.Columns) + warpColumn);
    }

    static SumsTile Multiply(ArrayView<ushort> a, ArrayView<ushort> b, int leftStart, int rightStart, SumsTile sums)
    {
        Registers4 near = MatrixUnits.LoadTransposed(ref b[rightStart]), far = MatrixUnits.LoadTransposed(ref b[rightStart + 16]);
        Rights rights = new()
        {
            A = new() { A = near.A, B = near.B },
            B = new() { A = near.C, B = near.D },
            C = new() { A = far.A, B = far.B },
            D = new() { A = far.C, B = far.D },
        };
        sums.A = Multiply(sums.A, MatrixUnits.Load(ref a[leftStart]), rights);
        sums.B = Multiply(sums.B, MatrixUnits.Load(ref a[leftStart + (16 * LeftStep)]), rights);
        sums.C = Multiply(sums.C, MatrixUnits.Load(ref a[leftStart + (32 * LeftStep)]), rights);
        sums.D = Multiply(sums.D, MatrixUnits.Load(ref a[leftStart + (48 * LeftStep)]), rights);
        return sums;
    }

    static SumsRow Multiply(SumsRow sums, Registers4 left, Rights rights) => new()
    {
        A = MatrixUnits.MultiplyBf16(sums.A, left, rights.A),
        B = MatrixUnits.MultiplyBf16(sums.B, left, rights.B),
        C = MatrixUnits.MultiplyBf16(sums.C, left, rights.C),
        D = MatrixUnits.MultiplyBf16(sums.D, left, rights.D),
    };

    // Begins the copies of one step; beyond the end there is none, but the group still counts.
    static void Fetch<TTile>(ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<ushort> a, ArrayView<ushort> b, MatrixProduct product, int first) where TTile : struct, IWarpTile
    {
        int buffer = (first / Inner) & 1, step = TTile.Columns + Padding;
        int threads = WarpPart.Threads<TTile>();
        if (first < product.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * Inner / 8; i += threads)
            {
                int row = i / (Inner / 8), place = i % (Inner / 8) * 8, line = (Grid.IdxY * TTile.Rows) + row;
                bool isInside = line < product.Rows && first + place < product.Inner;
                long source = isInside ? (Grid.IdxZ * product.LeftBatchStep) + ((long)line * product.Inner) + first + place : 0;
                AsynchronousCopies.Copy16(ref a[(((buffer * TTile.Rows) + row) * LeftStep) + place], ref left[source], isInside ? 16 : 0);
            }

            for (int i = Group.IdxX; i < Inner * TTile.Columns / 8; i += threads)
            {
                int row = i / (TTile.Columns / 8), place = i % (TTile.Columns / 8) * 8, column = (Grid.IdxX * TTile.Columns) + place;
                bool isInside = first + row < product.Inner && column < product.Columns;
                long source = isInside ? (Grid.IdxZ * product.RightBatchStep) + ((long)(first + row) * product.Columns) + column : 0;
                AsynchronousCopies.Copy16(ref b[(((buffer * Inner) + row) * step) + place], ref right[source], isInside ? 16 : 0);
            }
        }

        AsynchronousCopies.Commit();
    }
}
