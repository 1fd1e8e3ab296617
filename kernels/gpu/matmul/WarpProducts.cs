using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>How a warp multiplies by matrix units: type of the operands, steps along the sum that lie in shared memory at once, and where lanes find their fragments.</summary>
/// <typeparam name="T">Number of an operand.</typeparam>
interface IFragments<T> where T : unmanaged
{
    /// <summary>Numbers in 16 bytes.</summary>
    static abstract int Count { get; }

    /// <summary>Steps along the sum in a buffer: two products of half of them.</summary>
    static abstract int Inner { get; }

    /// <summary>Numbers between lines of neighbours along the sum, so that the lanes of a fragment read different banks; the others are 8 numbers apart.</summary>
    static abstract int LinePadding { get; }

    /// <summary>Begins a copy of 16 bytes, of which the first <paramref name="bytes"/> come from the source.</summary>
    static abstract void Copy16(ref T target, ref T source, int bytes);

    /// <summary>Where this lane's first number of a left fragment is, for neighbouring lines and steps so far apart.</summary>
    static abstract int LeftPlace<TAccess>(int line, int step) where TAccess : struct, IAccess;

    /// <summary>The same of a right fragment.</summary>
    static abstract int RightPlace<TAccess>(int line, int step) where TAccess : struct, IAccess;

    /// <summary>The fragment of 16 rows.</summary>
    static abstract Registers4 Left<TAccess>(ArrayView<T> shared, int start, int line, int step) where TAccess : struct, IAccess;

    /// <summary>The fragments of 32 columns.</summary>
    static abstract Rights Right<TAccess>(ArrayView<T> shared, int start, int line, int step) where TAccess : struct, IAccess;

    /// <summary>sums + left · right</summary>
    static abstract Sums Multiply(Sums sums, Registers4 left, Registers2 right);
}

/// <summary>What rungs 5 and 6 have in common: warps multiply from one buffer of shared memory while asynchronous copies fill the other.</summary>
static class WarpProducts<TFragments, T>
    where TFragments : struct, IFragments<T>
    where T : unmanaged
{
    const int StepPadding = 8;

    static int LineWidth => TFragments.Inner + TFragments.LinePadding;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(ArrayView<T> left, ArrayView<T> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Registers4, for an alignment of 16 bytes. Padding lines takes more room than padding steps.
        ArrayView<T> a = SharedMemory.Allocate<Registers4>(2 * TTile.Rows * LineWidth / TFragments.Count).Cast<T>();
        ArrayView<T> b = SharedMemory.Allocate<Registers4>(2 * TTile.Columns * LineWidth / TFragments.Count).Cast<T>();
        int warp = Group.IdxX / WarpTeam.Threads, across = TTile.Columns / WarpPart.Columns;
        int warpRow = warp / across * WarpPart.Rows, warpColumn = warp % across * WarpPart.Columns;
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        int leftLine = Line<TLeft>(), leftStep = Step<TLeft>(TTile.Rows), rightLine = Line<TRight>(), rightStep = Step<TRight>(TTile.Columns);
        int leftAt = (warpRow * leftLine) + TFragments.LeftPlace<TLeft>(leftLine, leftStep), rightAt = (warpColumn * rightLine) + TFragments.RightPlace<TRight>(rightLine, rightStep);
        SumsTile sums = default;

        Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, 0);
        for (int first = 0; first < share.End - share.First; first += TFragments.Inner)
        {
            int buffer = (first / TFragments.Inner) & 1;
            Fetch<TTile, TLeft, TRight>(left, right, a, b, product, share, first + TFragments.Inner);
            AsynchronousCopies.WaitForAllButOne();
            Group.Barrier();
            int leftStart = (buffer * TTile.Rows * LineWidth) + leftAt, rightStart = (buffer * TTile.Columns * LineWidth) + rightAt;
            sums = Multiply<TLeft, TRight>(a, b, leftStart, rightStart, leftLine, leftStep, rightLine, rightStep, sums);
            leftStart += TFragments.Inner / 2 * leftStep;
            rightStart += TFragments.Inner / 2 * rightStep;
            sums = Multiply<TLeft, TRight>(a, b, leftStart, rightStart, leftLine, leftStep, rightLine, rightStep, sums);
            Group.Barrier();
        }

        WarpResults.Store(sums, bias, target, product, share, finish, share.Row + warpRow, share.Column + warpColumn);
    }

    // Distances of neighbouring lines and steps in shared memory.
    static int Line<TAccess>() where TAccess : struct, IAccess => TAccess.IsAlongInner ? LineWidth : 1;

    static int Step<TAccess>(int lines) where TAccess : struct, IAccess => TAccess.IsAlongInner ? 1 : lines + StepPadding;

    static SumsTile Multiply<TLeft, TRight>(ArrayView<T> a, ArrayView<T> b, int leftStart, int rightStart, int leftLine, int leftStep, int rightLine, int rightStep, SumsTile sums)
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
    {
        Rights rights = TFragments.Right<TRight>(b, rightStart, rightLine, rightStep);
        sums.A = Multiply(sums.A, TFragments.Left<TLeft>(a, leftStart, leftLine, leftStep), rights);
        sums.B = Multiply(sums.B, TFragments.Left<TLeft>(a, leftStart + (16 * leftLine), leftLine, leftStep), rights);
        sums.C = Multiply(sums.C, TFragments.Left<TLeft>(a, leftStart + (32 * leftLine), leftLine, leftStep), rights);
        sums.D = Multiply(sums.D, TFragments.Left<TLeft>(a, leftStart + (48 * leftLine), leftLine, leftStep), rights);
        return sums;
    }

    static SumsRow Multiply(SumsRow sums, Registers4 left, Rights rights) => new()
    {
        A = TFragments.Multiply(sums.A, left, rights.A),
        B = TFragments.Multiply(sums.B, left, rights.B),
        C = TFragments.Multiply(sums.C, left, rights.C),
        D = TFragments.Multiply(sums.D, left, rights.D),
    };

    // Begins the copies of one step; beyond the end there is none, but the group still counts.
    static void Fetch<TTile, TLeft, TRight>(ArrayView<T> left, ArrayView<T> right, ArrayView<T> a, ArrayView<T> b, MatrixProduct product, Share share, int first)
        where TTile : struct, IWarpTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
    {
        if (share.First + first < share.End)
        {
            int buffer = (first / TFragments.Inner) & 1, threads = WarpPart.Threads<TTile>(), end = share.End;
            first += share.First;
            Fetch<TLeft>(left, a, buffer * TTile.Rows * LineWidth, TTile.Rows, share.Left, share.Row, product.Rows, product.LeftRowStep, first, end, product.LeftInnerStep, threads);
            Fetch<TRight>(right, b, buffer * TTile.Columns * LineWidth, TTile.Columns, share.Right, share.Column, product.Columns, product.RightColumnStep, first, end, product.RightInnerStep, threads);
        }

        AsynchronousCopies.Commit();
    }

    static void Fetch<TAccess>(
        ArrayView<T> source, ArrayView<T> shared, int start, int tileLines, long origin, int firstLine, int lines, int lineStep, int first, int end, int innerStep, int threads)
        where TAccess : struct, IAccess
    {
        for (int i = Group.IdxX; i < tileLines * TFragments.Inner / TFragments.Count; i += threads)
        {
            int line = TAccess.Line(i, tileLines, TFragments.Inner, TFragments.Count), step = TAccess.Step(i, tileLines, TFragments.Inner, TFragments.Count);
            bool isInside = firstLine + line < lines && first + step < end;
            long place = isInside ? origin + ((long)(firstLine + line) * lineStep) + ((long)(first + step) * innerStep) : 0;
            TFragments.Copy16(ref shared[start + (line * Line<TAccess>()) + (step * Step<TAccess>(tileLines))], ref source[place], isInside ? 16 : 0);
        }
    }
}
