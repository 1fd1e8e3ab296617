namespace Adjoint.Kernels;

/// <summary>Some columns of a product that skips zeros, as many as one row of sums in registers has: 4, 8 or 16 vectors.</summary>
readonly unsafe struct SparseBand<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    readonly int vectors;
    readonly T* right;
    readonly nint rightRow;

    /// <summary>The band of 4, 8 or 16 vectors whose rows of B start at <paramref name="right"/>.</summary>
    public SparseBand(int vectors, T* right, nint rightRow)
    {
        this.vectors = vectors;
        this.right = right;
        this.rightRow = rightRow;
    }

    int Columns => vectors * TSimd.Count;

    /// <summary>The rows of some lists, with what follows them.</summary>
    /// <param name="lists">Lists of what is not zero in each row of A.</param>
    /// <param name="blocks">How many blocks of k they have.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="left">The first row of A.</param>
    /// <param name="leftRow">Step to the next.</param>
    /// <param name="c">The first row of C.</param>
    /// <param name="cRow">Step to the next.</param>
    /// <param name="epilogue">The epilogue of the first row.</param>
    /// <returns>Whether all sums are finite.</returns>
    public bool Run(in SparseLists lists, int blocks, int rows, T* left, nint leftRow, T* c, nint cRow, in MatMulEpilogue<T> epilogue)
    {
        for (int block = 0; block < blocks; block++)
        {
            for (int list = 0; list < lists.Count; list++)
            {
                int* index = lists.Block(list, block, out int* end);
                lists.Rows(list, out int first, out int second);
                if (second < 0) One(index, end, left + (first * leftRow), c + (first * cRow), block > 0);
                else Two(index, end, left + (first * leftRow), left + (second * leftRow), c + (first * cRow), c + (second * cRow), block > 0);
            }
        }

        bool isFinite = IsFinite(c, cRow, null, rows);
        if (!epilogue.IsNothing) Finish<TSimd, V, T>.Rows(rows, Columns, c, cRow, epilogue);
        return isFinite;
    }

    /// <summary>Whether some rows of B have finite numbers alone.</summary>
    public bool IsFinite(int* rows, int count) => IsFinite(right, rightRow, rows, count);

    void One(int* index, int* end, T* a, T* c, bool accumulate)
    {
        if (vectors == 16) SparseRow<TSimd, V, T>.Run<Vectors16>(index, end, a, right, rightRow, c, accumulate);
        else if (vectors == 8) SparseRow<TSimd, V, T>.Run<Vectors8>(index, end, a, right, rightRow, c, accumulate);
        else SparseRow<TSimd, V, T>.Run<Vectors4>(index, end, a, right, rightRow, c, accumulate);
    }

    // Two rows have room for half as many sums each.
    void Two(int* index, int* end, T* a0, T* a1, T* c0, T* c1, bool accumulate)
    {
        int half = SparseCut<TSimd, V, T>.WidestOfTwo;
        for (int vector = 0; vector < vectors; vector += half)
        {
            int column = vector * TSimd.Count;
            if (half == 8 && vectors >= 8) SparsePair<TSimd, V, T>.Run<Vectors8>(index, end, a0, a1, right + column, rightRow, c0 + column, c1 + column, accumulate);
            else SparsePair<TSimd, V, T>.Run<Vectors4>(index, end, a0, a1, right + column, rightRow, c0 + column, c1 + column, accumulate);
        }
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
