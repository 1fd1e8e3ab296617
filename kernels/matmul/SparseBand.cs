using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Some columns of a product that skips zeros, as many as one row of sums in registers has: 4, 8 or 16 vectors.</summary>
readonly unsafe struct SparseBand<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int RowsTogether = SparseCut<TSimd, V, T>.RowsTogether;

    readonly MatMulShape shape;
    readonly int vectors, depth, blocks;
    readonly T* right;
    readonly nint rightRow;

    // For some rows lists of indices, and how many of them lie before each word of k; and one bit for each k that some row has.
    readonly int* indices;
    readonly int* before;
    readonly ushort* seen;

    /// <summary>The band whose columns of B start at <paramref name="b"/>.</summary>
    public SparseBand(in MatMulShape shape, in SparseCut<TSimd, V, T> cut, int vectors, T* b)
    {
        this.shape = shape;
        this.vectors = vectors;
        depth = cut.Depth;
        blocks = cut.Blocks;
        right = b;
        rightRow = shape.BRow;
        if (!cut.ReadsInPlace)
        {
            rightRow = vectors * TSimd.Count;
            right = Scratch.Right<T>(shape.K * rightRow);
            if (shape.BColumn != 1) Packing.Turn(b, shape.BColumn, (int)rightRow, shape.K, right, rightRow);
            else Packing.Panel<TSimd, V, T>(b, 1, shape.BRow, (int)rightRow, shape.K, right, (int)rightRow);
        }

        long room = (long)RowsTogether * Room, bounds = (long)RowsTogether * (Words + 1);
        indices = Scratch.Lists(room + bounds + Words);
        before = indices + room;
        seen = (ushort*)(before + bounds);
        new Span<ushort>(seen, Words).Clear();
    }

    int Room => shape.K + NonZeros.Slack;

    int Words => (shape.K + NonZeros.Word - 1) / NonZeros.Word;

    int Columns => vectors * TSimd.Count;

    /// <summary>The rows from one up to another of the band, with what follows them.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="lastRow">The row after the last.</param>
    /// <param name="a">The whole of A.</param>
    /// <param name="c">The band of C, from its first row on.</param>
    /// <param name="epilogue">The epilogue of the band.</param>
    /// <returns>Whether no number that was skipped would have counted: those of B and all sums are finite.</returns>
    public bool Run(int firstRow, int lastRow, T* a, T* c, in MatMulEpilogue<T> epilogue)
    {
        bool isFinite = true;
        for (int row = firstRow; row < lastRow; row += RowsTogether)
        {
            int rows = Math.Min(RowsTogether, lastRow - row);
            T* target = c + (row * shape.CRow);
            Multiply(rows, a + (row * shape.ARow), target);
            isFinite &= IsFinite(target, shape.CRow, null, rows);
            if (!epilogue.IsNothing) Complete(rows, target, epilogue.At(row, 0));
        }

        // A number of B that is not finite shows in the sum of a row that has a factor for it. Those for which no row has one are looked at alone.
        int unseen = 0;
        for (int word = 0; word < Words; word++)
        {
            int first = word * NonZeros.Word, count = Math.Min(NonZeros.Word, shape.K - first);
            for (uint bits = ~(uint)seen[word] & ((1u << count) - 1); bits != 0; bits &= bits - 1) indices[unseen++] = first + BitOperations.TrailingZeroCount(bits);
        }

        return isFinite & IsFinite(right, rightRow, indices, unseen);
    }

    void Multiply(int rows, T* left, T* target)
    {
        nint leftRow = shape.ARow;
        if (shape.AColumn != 1)
        {
            T* turned = Scratch.Left<T>((long)rows * shape.K);
            Packing.Turn(left, shape.AColumn, shape.K, rows, turned, shape.K);
            left = turned;
            leftRow = shape.K;
        }

        int found = 0;
        for (int row = 0; row < rows; row++)
            found += NonZeros.Find(left + (row * leftRow), shape.K, indices + (row * Room), before + (row * (Words + 1)), seen);
        MatMulTally.Skip((((long)rows * shape.K) - found) * Columns);
        for (int block = 0; block < blocks; block++)
        {
            int first = block * depth / NonZeros.Word, last = Math.Min(first + (depth / NonZeros.Word), Words);
            for (int row = 0; row < rows; row++)
            {
                int* list = indices + (row * Room), bounds = before + (row * (Words + 1)), index = list + bounds[first], end = list + bounds[last];
                T* factors = left + (row * leftRow), sums = target + (row * shape.CRow);
                if (vectors == 16) SparseRow<TSimd, V, T>.Run<Vectors16>(index, end, factors, right, rightRow, sums, block > 0);
                else if (vectors == 8) SparseRow<TSimd, V, T>.Run<Vectors8>(index, end, factors, right, rightRow, sums, block > 0);
                else SparseRow<TSimd, V, T>.Run<Vectors4>(index, end, factors, right, rightRow, sums, block > 0);
            }
        }
    }

    void Complete(int rows, T* target, in MatMulEpilogue<T> epilogue)
    {
        int panel = Panel<TSimd, V, T>.Columns;
        for (int column = 0; column < Columns; column += panel)
            Finish<TSimd, V, T>.Run(rows, panel, target + column, shape.CRow, epilogue.At(0, column));
    }

    // Whether the lines that a list names, or the first ones, have finite numbers alone: zero times another is NaN. A band has a multiple of four vectors.
    bool IsFinite(T* start, nint step, int* list, int count)
    {
        V zero = default, w = default, x = default, y = default, z = default;
        for (int i = 0; i < count; i++)
        {
            T* line = start + ((list == null ? i : list[i]) * step);
            for (T* end = line + Columns; line < end; line += 4 * TSimd.Count)
            {
                w = TSimd.MultiplyAdd(TSimd.Load(line), zero, w);
                x = TSimd.MultiplyAdd(TSimd.Load(line + TSimd.Count), zero, x);
                y = TSimd.MultiplyAdd(TSimd.Load(line + (2 * TSimd.Count)), zero, y);
                z = TSimd.MultiplyAdd(TSimd.Load(line + (3 * TSimd.Count)), zero, z);
            }
        }

        return Scalar<T>.IsZero(TSimd.Sum(TSimd.Add(TSimd.Add(w, x), TSimd.Add(y, z))));
    }
}
