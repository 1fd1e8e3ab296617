using Adjoint.Kernels;

namespace Adjoint;

/// <summary>How the rows of a matrix are cut for kernels that fold its columns: by its shape alone, so that sums have one order.</summary>
readonly struct ColumnPieces
{
    // A piece keeps a block busy; so many of them fill a device.
    const int LeastRows = 64, MostBlocks = 512;

    readonly int columnBlocks;

    public ColumnPieces(int rows, int columns)
    {
        columnBlocks = (columns + 31) / 32;
        int most = Math.Max(1, MostBlocks / columnBlocks), wanted = Math.Clamp((rows + LeastRows - 1) / LeastRows, 1, most);
        Rows = (rows + wanted - 1) / wanted;
        Count = (rows + Rows - 1) / Rows;
    }

    /// <summary>Rows of a piece; the last may have fewer.</summary>
    public int Rows { get; }

    /// <summary>How many pieces there are.</summary>
    public int Count { get; }

    /// <summary>Blocks of 32 columns times pieces.</summary>
    public LaunchGrid Grid(LaunchQueue queue) => new(columnBlocks, Count, 1, queue.BlockThreads);
}

/// <summary>Folds of dense memory on a device.</summary>
static class ReduceLaunch
{
    // What a block folds of one long row.
    const int PieceLength = 1 << 14;

    /// <summary>y[j] = fold of x[i, j] over i, for x [rows, columns] with at least one row.</summary>
    public static void Columns(LaunchQueue queue, TypedKernels kernels, DType dtype, ulong x, ulong y, int rows, int columns)
    {
        var pieces = new ColumnPieces(rows, columns);
        long count = (long)pieces.Count * columns;
        ulong target = pieces.Count == 1 ? y : queue.Scratch(count * dtype.Size());
        queue.Call(kernels.Of(dtype), pieces.Grid(queue)).View(x, (long)rows * columns).View(target, count)
            .Value(rows).Value(columns).Value(pieces.Rows).Value(1.0).Value((byte)0).Run();
        if (pieces.Count > 1) Columns(queue, kernels, dtype, target, y, pieces.Count, columns);
    }

    /// <summary>y[i] = fold of x[i, j] over j, for x [rows, columns].</summary>
    public static void Rows(LaunchQueue queue, TeamKernels kernels, DType dtype, ulong x, ulong y, int rows, long columns)
    {
        int pieces = rows == 1 ? (int)((columns + PieceLength - 1) / PieceLength) : 1;
        if (pieces > 1)
        {
            ulong partial = queue.Scratch((long)pieces * dtype.Size());
            Fold(partial, pieces, PieceLength);
            Rows(queue, kernels, dtype, partial, y, 1, pieces);
        }
        else Fold(y, rows, columns);

        void Fold(ulong target, int outputs, long length) =>
            queue.CallRows(kernels, dtype, outputs, length).View(x, rows * columns).View(target, outputs).Value(outputs).Value(length).Value(rows * columns).Value(1.0).Value((byte)0).Run();
    }
}
