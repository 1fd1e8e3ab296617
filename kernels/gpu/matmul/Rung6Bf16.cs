using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 6: bf16 operands, as their 16 bits, with sums and target in f32; fragments come from shared memory four matrices at a time. Operands lie as their accesses say, 16 bytes at a time: sizes and distances
/// along them are multiples of 8; rows and tiles may be ragged. Launch as rung 5. Limit: matrix units, then copies of two buffers.
/// </summary>
public static class Rung6Bf16
{
    // Padded so that the rows of a matrix lie in different banks.
    const int Inner = 32, Padding = 8, LineWidth = Inner + Padding;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Registers4, for an alignment of 16 bytes. Padding lines takes more room than padding steps.
        ArrayView<ushort> a = SharedMemory.Allocate<Registers4>(2 * TTile.Rows * LineWidth / 8).Cast<ushort>();
        ArrayView<ushort> b = SharedMemory.Allocate<Registers4>(2 * TTile.Columns * LineWidth / 8).Cast<ushort>();
        int warp = Group.IdxX / WarpTeam.Threads, across = TTile.Columns / WarpPart.Columns;
        int warpRow = warp / across * WarpPart.Rows, warpColumn = warp % across * WarpPart.Columns;
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        int leftLine = Line<TLeft>(), leftStep = Step<TLeft>(TTile.Rows), rightLine = Line<TRight>(), rightStep = Step<TRight>(TTile.Columns);
        int leftAt = (warpRow * leftLine) + LeftPlace<TLeft>(leftLine, leftStep), rightAt = (warpColumn * rightLine) + RightPlace<TRight>(rightLine, rightStep);
        SumsTile sums = default;

        Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, 0);
        for (int first = 0; first < share.End - share.First; first += Inner)
        {
            int buffer = (first / Inner) & 1;
            Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, first + Inner);
            AsynchronousCopies.WaitForAllButOne();
            Group.Barrier();
            int leftStart = (buffer * TTile.Rows * LineWidth) + leftAt, rightStart = (buffer * TTile.Columns * LineWidth) + rightAt;
            sums = Multiply<TLeft, TRight>(a, b, leftStart, rightStart, leftLine, rightLine, sums);
            sums = Multiply<TLeft, TRight>(a, b, leftStart + (16 * leftStep), rightStart + (16 * rightStep), leftLine, rightLine, sums);
            Group.Barrier();
        }

        WarpResults.Store(sums, bias, target, product, share, finish, share.Row + warpRow, share.Column + warpColumn);
    }

    // Distances of neighbouring lines and steps in shared memory.
    static int Line<TAccess>() where TAccess : struct, IAccess => TAccess.IsAlongInner ? LineWidth : 1;

    static int Step<TAccess>(int lines) where TAccess : struct, IAccess => TAccess.IsAlongInner ? 1 : lines + Padding;

    // The eight numbers of a 16 x 16 part whose address this lane gives: matrices are upper left, lower left, upper right, lower right of a left operand, and the same of a right one's transpose, so that
    // each lane receives neighbours along the sum. Where those lie apart in shared memory, the load transposes.
    static int LeftPlace<TAccess>(int line, int step) where TAccess : struct, IAccess
    {
        int lane = WarpTeam.Member;
        return TAccess.IsAlongInner ? (lane % 16 * line) + (lane / 16 * 8 * step) : (lane / 8 % 2 * 8 * line) + (((lane / 16 * 8) + (lane % 8)) * step);
    }

    static int RightPlace<TAccess>(int line, int step) where TAccess : struct, IAccess
    {
        int lane = WarpTeam.Member;
        return TAccess.IsAlongInner ? (((lane / 16 * 8) + (lane % 8)) * line) + (lane / 8 % 2 * 8 * step) : (lane / 16 * 8 * line) + (lane % 16 * step);
    }

    static Registers4 Load<TAccess>(ref ushort place) where TAccess : struct, IAccess => TAccess.IsAlongInner ? MatrixUnits.Load(ref place) : MatrixUnits.LoadTransposed(ref place);

    static SumsTile Multiply<TLeft, TRight>(ArrayView<ushort> a, ArrayView<ushort> b, int leftStart, int rightStart, int leftLine, int rightLine, SumsTile sums)
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
    {
        Registers4 near = Load<TRight>(ref b[rightStart]), far = Load<TRight>(ref b[rightStart + (16 * rightLine)]);
        Rights rights = new()
        {
            A = new() { A = near.A, B = near.B },
            B = new() { A = near.C, B = near.D },
            C = new() { A = far.A, B = far.B },
            D = new() { A = far.C, B = far.D },
        };
        sums.A = Multiply(sums.A, Load<TLeft>(ref a[leftStart]), rights);
        sums.B = Multiply(sums.B, Load<TLeft>(ref a[leftStart + (16 * leftLine)]), rights);
        sums.C = Multiply(sums.C, Load<TLeft>(ref a[leftStart + (32 * leftLine)]), rights);
        sums.D = Multiply(sums.D, Load<TLeft>(ref a[leftStart + (48 * leftLine)]), rights);
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
    static void Fetch<TTile, TLeft, TRight>(ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<ushort> a, ArrayView<ushort> b, MatrixProduct product, Share share, int first)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
    {
        if (share.First + first < share.End)
        {
            int buffer = (first / Inner) & 1, threads = WarpPart.Threads<TTile>(), end = share.End;
            first += share.First;
            Fetch<TLeft>(left, a, buffer * TTile.Rows * LineWidth, TTile.Rows, share.Left, share.Row, product.Rows, product.LeftRowStep, first, end, product.LeftInnerStep, threads);
            Fetch<TRight>(right, b, buffer * TTile.Columns * LineWidth, TTile.Columns, share.Right, share.Column, product.Columns, product.RightColumnStep, first, end, product.RightInnerStep, threads);
        }

        AsynchronousCopies.Commit();
    }

    static void Fetch<TAccess>(
        ArrayView<ushort> source, ArrayView<ushort> shared, int start, int tileLines, long origin, int firstLine, int lines, int lineStep, int first, int end, int innerStep, int threads)
        where TAccess : struct, IAccess
    {
        for (int i = Group.IdxX; i < tileLines * Inner / 8; i += threads)
        {
            int line = TAccess.Line(i, tileLines, Inner, 8), step = TAccess.Step(i, tileLines, Inner, 8);
            bool isInside = firstLine + line < lines && first + step < end;
            long place = isInside ? origin + ((long)(firstLine + line) * lineStep) + ((long)(first + step) * innerStep) : 0;
            AsynchronousCopies.Copy16(ref shared[start + (line * Line<TAccess>()) + (step * Step<TAccess>(tileLines))], ref source[place], isInside ? 16 : 0);
        }
    }
}
