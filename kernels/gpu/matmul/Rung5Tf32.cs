using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 5: f32 operands rounded to tf32 and multiplied by matrix units; asynchronous copies fill one buffer while the other is used. Operands lie as their accesses say, 16 bytes at a time; rows and tiles may be
/// ragged. Launch: a warp for each warp tile. Limit: shared reads, a register an element.
/// </summary>
public static class Rung5Tf32
{
    // Padded so that the lanes of a fragment read different banks: lines 20 numbers apart, or steps a tile's lines and 8.
    const int Inner = 16, LinePadding = 4, StepPadding = 8, LineWidth = Inner + LinePadding;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Float4, for an alignment of 16 bytes. Padding lines takes more room than padding steps.
        ArrayView<float> a = SharedMemory.Allocate<Float4>(2 * TTile.Rows * LineWidth / 4).Cast<float>();
        ArrayView<float> b = SharedMemory.Allocate<Float4>(2 * TTile.Columns * LineWidth / 4).Cast<float>();
        int warp = Group.IdxX / WarpTeam.Threads, across = TTile.Columns / WarpPart.Columns;
        int warpRow = warp / across * WarpPart.Rows, warpColumn = warp % across * WarpPart.Columns;
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        int leftLine = Line<TLeft>(), leftStep = Step<TLeft>(TTile.Rows), rightLine = Line<TRight>(), rightStep = Step<TRight>(TTile.Columns);
        int leftAt = ((warpRow + (WarpTeam.Member / 4)) * leftLine) + (WarpTeam.Member % 4 * leftStep);
        int rightAt = ((warpColumn + (WarpTeam.Member / 4)) * rightLine) + (WarpTeam.Member % 4 * rightStep);
        SumsTile sums = default;

        Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, 0);
        for (int first = 0; first < share.End - share.First; first += Inner)
        {
            int buffer = (first / Inner) & 1;
            Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, first + Inner);
            AsynchronousCopies.WaitForAllButOne();
            Group.Barrier();
            int leftStart = (buffer * TTile.Rows * LineWidth) + leftAt, rightStart = (buffer * TTile.Columns * LineWidth) + rightAt;
            sums = Multiply(a, b, leftStart, rightStart, leftLine, leftStep, rightLine, rightStep, sums);
            sums = Multiply(a, b, leftStart + (8 * leftStep), rightStart + (8 * rightStep), leftLine, leftStep, rightLine, rightStep, sums);
            Group.Barrier();
        }

        WarpResults.Store(sums, bias, target, product, share, finish, share.Row + warpRow, share.Column + warpColumn);
    }

    // Distances of neighbouring lines and steps in shared memory.
    static int Line<TAccess>() where TAccess : struct, IAccess => TAccess.IsAlongInner ? LineWidth : 1;

    static int Step<TAccess>(int lines) where TAccess : struct, IAccess => TAccess.IsAlongInner ? 1 : lines + StepPadding;

    static SumsTile Multiply(ArrayView<float> a, ArrayView<float> b, int leftStart, int rightStart, int leftLine, int leftStep, int rightLine, int rightStep, SumsTile sums)
    {
        Rights rights = new()
        {
            A = Right(b, rightStart, rightStep),
            B = Right(b, rightStart + (8 * rightLine), rightStep),
            C = Right(b, rightStart + (16 * rightLine), rightStep),
            D = Right(b, rightStart + (24 * rightLine), rightStep),
        };
        sums.A = Multiply(sums.A, Left(a, leftStart, leftLine, leftStep), rights);
        sums.B = Multiply(sums.B, Left(a, leftStart + (16 * leftLine), leftLine, leftStep), rights);
        sums.C = Multiply(sums.C, Left(a, leftStart + (32 * leftLine), leftLine, leftStep), rights);
        sums.D = Multiply(sums.D, Left(a, leftStart + (48 * leftLine), leftLine, leftStep), rights);
        return sums;
    }

    static SumsRow Multiply(SumsRow sums, Registers4 left, Rights rights) => new()
    {
        A = MatrixUnits.MultiplyTf32(sums.A, left, rights.A),
        B = MatrixUnits.MultiplyTf32(sums.B, left, rights.B),
        C = MatrixUnits.MultiplyTf32(sums.C, left, rights.C),
        D = MatrixUnits.MultiplyTf32(sums.D, left, rights.D),
    };

    static Registers2 Right(ArrayView<float> b, int start, int step)
    {
        ArrayView<float> part = b.SubView(start, (4 * step) + 1);
        return new() { A = MatrixUnits.ToTf32(part[0]), B = MatrixUnits.ToTf32(part[4 * step]) };
    }

    static Registers4 Left(ArrayView<float> a, int start, int line, int step)
    {
        ArrayView<float> part = a.SubView(start, (8 * line) + (4 * step) + 1);
        return new()
        {
            A = MatrixUnits.ToTf32(part[0]),
            B = MatrixUnits.ToTf32(part[8 * line]),
            C = MatrixUnits.ToTf32(part[4 * step]),
            D = MatrixUnits.ToTf32(part[(8 * line) + (4 * step)]),
        };
    }

    // Begins the copies of one step; beyond the end there is none, but the group still counts.
    static void Fetch<TTile, TLeft, TRight>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> a, ArrayView<float> b, MatrixProduct product, Share share, int first)
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
        ArrayView<float> source, ArrayView<float> shared, int start, int tileLines, long origin, int firstLine, int lines, int lineStep, int first, int end, int innerStep, int threads)
        where TAccess : struct, IAccess
    {
        for (int i = Group.IdxX; i < tileLines * Inner / 4; i += threads)
        {
            int line = TAccess.Line(i, tileLines, Inner, 4), step = TAccess.Step(i, tileLines, Inner, 4);
            bool isInside = firstLine + line < lines && first + step < end;
            long place = isInside ? origin + ((long)(firstLine + line) * lineStep) + ((long)(first + step) * innerStep) : 0;
            AsynchronousCopies.Copy16(ref shared[start + (line * Line<TAccess>()) + (step * Step<TAccess>(tileLines))], ref source[place], isInside ? 16 : 0);
        }
    }
}
