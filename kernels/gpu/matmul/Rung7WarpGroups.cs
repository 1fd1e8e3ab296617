using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Rows of a block's tile for warpgroups, each of which takes 64 of them and all 128 columns.</summary>
public interface IGroupTile
{
    /// <summary>Rows, a multiple of 64.</summary>
    static abstract int Rows { get; }
}

/// <summary>128 x 128 by two warpgroups.</summary>
public readonly struct GroupTile128 : IGroupTile
{
    public static int Rows => 128;
}

/// <summary>64 x 128 by one warpgroup: for smaller products, and for the simulator.</summary>
public readonly struct GroupTile64 : IGroupTile
{
    public static int Rows => 64;
}

/// <summary>
/// Rung 7: bf16 operands as rung 6 takes them, which warpgroups multiply from shared memory while copies for two steps on are under way. Compute capability 9.0 alone. Layout: a block's tile of 128 columns, 64
/// rows a warpgroup; shared memory holds three steps of 32 along the sum, as core matrices. Launch: 128 threads for each 64 rows. Limit: copies by threads and a barrier a step.
/// </summary>
public static class Rung7WarpGroups
{
    const int Inner = 32, Stages = 3, Side = 8, CoreNumbers = Side * Side, RowBytes = 16, CoreBytes = Side * RowBytes, Columns = WarpGroups.Columns;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, IGroupTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        // As Registers4, for an alignment of 16 bytes.
        ArrayView<ushort> shared = SharedMemory.Allocate<Registers4>(Stages * (TTile.Rows + Columns) * Inner / 8).Cast<ushort>();
        var share = Share.Of(product, TTile.Rows, Columns);
        int length = share.End - share.First, stage = 0, groupStart = Group.IdxX / WarpGroups.Threads * Place(WarpGroups.Rows, 0, TTile.Rows);
        WarpGroups.Clear();
        var leftCopies = Copies.Of<TLeft>(TTile.Rows, share.Left, share.Row, product.Rows, product.LeftRowStep, product.LeftInnerStep);
        var rightCopies = Copies.Of<TRight>(Columns, share.Right, share.Column, product.Columns, product.RightColumnStep, product.RightInnerStep);
        Fetch<TTile, TLeft, TRight>(left, right, shared, product, share, leftCopies, rightCopies, 0, 0);
        Fetch<TTile, TLeft, TRight>(left, right, shared, product, share, leftCopies, rightCopies, Inner, 1);
        for (int first = 0; first < length; first += Inner)
        {
            // Once all threads are here, this step has arrived, and the products of the last are done: its memory is free.
            AsynchronousCopies.WaitForAllButOne();
            WarpGroups.Wait();
            WarpGroups.ShowCopies();
            Group.Barrier();
            int start = stage * (TTile.Rows + Columns) * Inner;
            WarpGroups.Begin();
            Multiply<TTile, TLeft, TRight>(shared, start + groupStart, start + (TTile.Rows * Inner));
            Multiply<TTile, TLeft, TRight>(shared, start + groupStart + Place(0, WarpGroups.Steps, TTile.Rows), start + (TTile.Rows * Inner) + Place(0, WarpGroups.Steps, Columns));
            WarpGroups.Commit();
            Fetch<TTile, TLeft, TRight>(left, right, shared, product, share, leftCopies, rightCopies, first + (2 * Inner), stage == 0 ? Stages - 1 : stage - 1);
            stage = stage == Stages - 1 ? 0 : stage + 1;
        }

        WarpGroups.Wait();
        int row = share.Row + (Group.IdxX / WarpTeam.Threads * 16);
        Store(0, bias, target, product, share, finish, row);
        Store(4, bias, target, product, share, finish, row);
        Store(8, bias, target, product, share, finish, row);
        Store(12, bias, target, product, share, finish, row);
    }

    // Where a core matrix of an operand of so many lines starts, in numbers: neighbours along the lines first.
    static int Place(int line, int step, int lines) => ((step / Side * (lines / Side)) + (line / Side)) * CoreNumbers;

    static void Multiply<TTile, TLeft, TRight>(ArrayView<ushort> shared, int leftStart, int rightStart)
        where TTile : struct, IGroupTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess =>
        WarpGroups.Multiply(
            ref shared[leftStart], ref shared[rightStart], WarpGroups.Strides(TTile.Rows / Side * CoreBytes, CoreBytes), WarpGroups.Strides(Columns / Side * CoreBytes, CoreBytes),
            TLeft.IsAlongInner ? 0 : 1, TRight.IsAlongInner ? 0 : 1);

    static void Store<TFinish>(int eight, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish, int row)
        where TFinish : unmanaged, IUnaryOperator
    {
        int column = share.Column + (eight * Side);
        WarpResults.Store(WarpGroups.Read(eight), bias, target, product, share, finish, row, column);
        WarpResults.Store(WarpGroups.Read(eight + 1), bias, target, product, share, finish, row, column + Side);
        WarpResults.Store(WarpGroups.Read(eight + 2), bias, target, product, share, finish, row, column + (2 * Side));
        WarpResults.Store(WarpGroups.Read(eight + 3), bias, target, product, share, finish, row, column + (3 * Side));
    }

    // Begins the copies of one step; beyond the end there is none, but the group still counts.
    static void Fetch<TTile, TLeft, TRight>(
        ArrayView<ushort> left, ArrayView<ushort> right, ArrayView<ushort> shared, MatrixProduct product, Share share, Copies leftCopies, Copies rightCopies, int first, int stage)
        where TTile : struct, IGroupTile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
    {
        first += share.First;
        if (first < share.End)
        {
            int start = stage * (TTile.Rows + Columns) * Inner, threads = TTile.Rows / WarpGroups.Rows * WarpGroups.Threads, end = share.End;
            Fetch<TLeft>(left, shared, start, TTile.Rows, leftCopies, product.LeftRowStep, first, end, product.LeftInnerStep, threads);
            Fetch<TRight>(right, shared, start + (TTile.Rows * Inner), Columns, rightCopies, product.RightColumnStep, first, end, product.RightInnerStep, threads);
        }

        AsynchronousCopies.Commit();
    }

    static void Fetch<TAccess>(ArrayView<ushort> source, ArrayView<ushort> shared, int start, int tileLines, Copies copies, int lineStep, int first, int end, int innerStep, int threads)
        where TAccess : struct, IAccess
    {
        // A thread's next copy is so many lines, or steps, on.
        int next = threads / Neighbours<TAccess>(tileLines), place = start + copies.Place, lines = copies.Lines, steps = end - first - copies.Step;
        int nextPlace = TAccess.IsAlongInner ? Place(next, 0, tileLines) : Place(0, next, tileLines);
        long from = copies.From + ((long)first * innerStep), nextFrom = (long)next * (TAccess.IsAlongInner ? lineStep : innerStep);
        for (int i = 0; i < tileLines * Inner / Side; i += threads)
        {
            bool isInside = lines > 0 && steps > 0;
            AsynchronousCopies.Copy16(ref shared[place], ref source[isInside ? from : 0], isInside ? 16 : 0);
            if (TAccess.IsAlongInner) lines -= next;
            else steps -= next;
            place += nextPlace;
            from += nextFrom;
        }
    }

    // Core matrices next to each other in a line of memory.
    static int Neighbours<TAccess>(int tileLines) where TAccess : struct, IAccess => TAccess.IsAlongInner ? Inner / Side : tileLines / Side;

    // What a thread copies of an operand: eight threads fill a core matrix, whose rows come from different lines of memory; those of a warp take 64 bytes of each.
    struct Copies
    {
        // Where the first goes in a stage's operand.
        internal int Place;

        // Where it comes from, were the sum's first step that of the stage.
        internal long From;

        // Lines from there to before the operand's end, and its step within the stage.
        internal int Lines, Step;

        public static Copies Of<TAccess>(int tileLines, long origin, int firstLine, int lines, int lineStep, int innerStep) where TAccess : struct, IAccess
        {
            int neighbours = Neighbours<TAccess>(tileLines), row = Group.IdxX % Side, near = Group.IdxX / Side % neighbours * Side, far = Group.IdxX / Side / neighbours * Side;
            int line = TAccess.IsAlongInner ? far : near, step = TAccess.IsAlongInner ? near : far, place = Rung7WarpGroups.Place(line, step, tileLines) + (row * Side);
            if (TAccess.IsAlongInner) line += row;
            else step += row;
            line += firstLine;
            return new() { Place = place, From = origin + ((long)line * lineStep) + ((long)step * innerStep), Lines = lines - line, Step = step };
        }
    }
}
