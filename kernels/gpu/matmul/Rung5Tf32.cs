using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 5: f32 operands rounded to tf32 and multiplied by matrix units; asynchronous copies fill one buffer while the other is used. Dense operands whose columns and inner size are multiples
/// of 4; rows and tiles may be ragged. Launch: a warp for each warp tile; grid ⌈columns / tile⌉, ⌈rows / tile⌉, batch. Limit: shared reads, a register an element.
/// </summary>
public static class Rung5Tf32
{
    // Padded so that the lanes of a fragment read different banks: rows 20 and tile + 8 numbers apart.
    const int Inner = 16, LeftStep = Inner + 4, RightPadding = 8;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TFinish>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Float4, for an alignment of 16 bytes.
        ArrayView<float> a = SharedMemory.Allocate<Float4>(2 * TTile.Rows * LeftStep / 4).Cast<float>();
        ArrayView<float> b = SharedMemory.Allocate<Float4>(2 * Inner * (TTile.Columns + RightPadding) / 4).Cast<float>();
        int warp = Group.IdxX / WarpTeam.Threads, across = TTile.Columns / WarpPart.Columns;
        int warpRow = warp / across * WarpPart.Rows, warpColumn = warp % across * WarpPart.Columns;
        SumsTile sums = default;

        Fetch<TTile>(left, right, a, b, product, 0);
        for (int first = 0; first < product.Inner; first += Inner)
        {
            int buffer = (first / Inner) & 1;
            Fetch<TTile>(left, right, a, b, product, first + Inner);
            AsynchronousCopies.WaitForAllButOne();
            Group.Barrier();
            int leftStart = (((buffer * TTile.Rows) + warpRow + (WarpTeam.Member / 4)) * LeftStep) + (WarpTeam.Member % 4);
            int rightStart = (((buffer * Inner) + (WarpTeam.Member % 4)) * (TTile.Columns + RightPadding)) + warpColumn + (WarpTeam.Member / 4);
            sums = Multiply<TTile>(a, b, leftStart, rightStart, sums);
            sums = Multiply<TTile>(a, b, leftStart + 8, rightStart + (8 * (TTile.Columns + RightPadding)), sums);
            Group.Barrier();
        }

        WarpResults.Store(sums, bias, target, product, finish, (Grid.IdxY * TTile.Rows) + warpRow, (Grid.IdxX * TTile.Columns) + warpColumn);
    }

    static SumsTile Multiply<TTile>(ArrayView<float> a, ArrayView<float> b, int leftStart, int rightStart, SumsTile sums) where TTile : struct, IWarpTile
    {
        Rights rights = new()
        {
            A = Right<TTile>(b, rightStart),
            B = Right<TTile>(b, rightStart + 8),
            C = Right<TTile>(b, rightStart + 16),
            D = Right<TTile>(b, rightStart + 24),
        };
        sums.A = Multiply(sums.A, Left(a, leftStart), rights);
        sums.B = Multiply(sums.B, Left(a, leftStart + (16 * LeftStep)), rights);
        sums.C = Multiply(sums.C, Left(a, leftStart + (32 * LeftStep)), rights);
        sums.D = Multiply(sums.D, Left(a, leftStart + (48 * LeftStep)), rights);
        return sums;
    }

    static SumsRow Multiply(SumsRow sums, Registers4 left, Rights rights) => new()
    {
        A = MatrixUnits.MultiplyTf32(sums.A, left, rights.A),
        B = MatrixUnits.MultiplyTf32(sums.B, left, rights.B),
        C = MatrixUnits.MultiplyTf32(sums.C, left, rights.C),
        D = MatrixUnits.MultiplyTf32(sums.D, left, rights.D),
    };

    static Registers2 Right<TTile>(ArrayView<float> b, int start) where TTile : struct, IWarpTile
    {
        ArrayView<float> part = b.SubView(start, (4 * (TTile.Columns + RightPadding)) + 1);
        return new() { A = MatrixUnits.ToTf32(part[0]), B = MatrixUnits.ToTf32(part[4 * (TTile.Columns + RightPadding)]) };
    }

    static Registers4 Left(ArrayView<float> a, int start)
    {
        ArrayView<float> part = a.SubView(start, (8 * LeftStep) + 5);
        return new()
        {
            A = MatrixUnits.ToTf32(part[0]),
            B = MatrixUnits.ToTf32(part[8 * LeftStep]),
            C = MatrixUnits.ToTf32(part[4]),
            D = MatrixUnits.ToTf32(part[(8 * LeftStep) + 4]),
        };
    }

    // Begins the copies of one step; beyond the end there is none, but the group still counts.
    static void Fetch<TTile>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> a, ArrayView<float> b, MatrixProduct product, int first) where TTile : struct, IWarpTile
    {
        int buffer = (first / Inner) & 1, step = TTile.Columns + RightPadding;
        int threads = WarpPart.Threads<TTile>();
        if (first < product.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * Inner / 4; i += threads)
            {
                int row = i / (Inner / 4), place = i % (Inner / 4) * 4, line = (Grid.IdxY * TTile.Rows) + row;
                bool isInside = line < product.Rows && first + place < product.Inner;
                long source = isInside ? (Grid.IdxZ * product.LeftBatchStep) + ((long)line * product.Inner) + first + place : 0;
                AsynchronousCopies.Copy16(ref a[(((buffer * TTile.Rows) + row) * LeftStep) + place], ref left[source], isInside ? 16 : 0);
            }

            for (int i = Group.IdxX; i < Inner * TTile.Columns / 4; i += threads)
            {
                int row = i / (TTile.Columns / 4), place = i % (TTile.Columns / 4) * 4, column = (Grid.IdxX * TTile.Columns) + place;
                bool isInside = first + row < product.Inner && column < product.Columns;
                long source = isInside ? (Grid.IdxZ * product.RightBatchStep) + ((long)(first + row) * product.Columns) + column : 0;
                AsynchronousCopies.Copy16(ref b[(((buffer * Inner) + row) * step) + place], ref right[source], isInside ? 16 : 0);
            }
        }

        AsynchronousCopies.Commit();
    }
}
