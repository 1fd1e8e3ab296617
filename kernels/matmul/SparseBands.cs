namespace Adjoint.Kernels;

/// <summary>A range of columns as bands beside each other. The last one overlaps the one before, if it is narrow, and gives the same numbers again.</summary>
readonly unsafe struct SparseBands<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    readonly int first, last, depth;
    readonly T* right;
    readonly nint rightRow;

    // Bands that follow each other, if B is not read where it lies.
    readonly T* copy;

    /// <summary>The columns of <paramref name="b"/> from one, at least a narrow band, up to another; copied if the cut wants it.</summary>
    public SparseBands(in MatMulShape shape, in SparseCut<TSimd, V, T> cut, T* b, int first, int last)
    {
        this.first = first;
        this.last = last;
        depth = shape.K;
        right = b;
        rightRow = shape.BRow;
        copy = null;
        if (cut.ReadsInPlace) return;
        copy = Scratch.Right<T>((long)shape.K * (last - first + SparseCut<TSimd, V, T>.LeastColumns));
        for (int column = first; column < last;)
        {
            T* target = copy + ((long)(column - first) * depth);
            int vectors = Move(ref column, out int at), width = vectors * TSimd.Count;
            T* source = b + (at * shape.BColumn);
            if (shape.BColumn != 1) Packing.Turn(source, shape.BColumn, width, depth, target, width);
            else Packing.Panel<TSimd, V, T>(source, 1, shape.BRow, width, depth, target, width);
        }
    }

    /// <summary>The band that begins at a column, or a little before if it is the last one; moves on to the next.</summary>
    /// <param name="column">A column of the range at first, then one that an earlier call has left.</param>
    /// <param name="at">The first column of the band.</param>
    public SparseBand<TSimd, V, T> Next(ref int column, out int at)
    {
        T* held = copy == null ? null : copy + ((long)(column - first) * depth);
        int vectors = Move(ref column, out at);
        return copy == null ? new(vectors, right + at, rightRow) : new(vectors, held, vectors * TSimd.Count);
    }

    int Move(ref int column, out int at)
    {
        int vectors = SparseCut<TSimd, V, T>.Vectors(last - column), width = vectors * TSimd.Count;
        at = Math.Min(column, last - width);
        column += width;
        return vectors;
    }
}
