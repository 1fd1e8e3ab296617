namespace Adjoint;

/// <summary>How a tensor's elements lie in its storage: element strides of each axis and the offset of the first element.</summary>
public readonly struct Layout
{
    // Null where elements lie row-major without gaps, as they do in most tensors: the shape knows those strides.
    readonly int[]? strides;

    Layout(Shape shape, int[]? strides, int offset)
    {
        Shape = shape;
        this.strides = strides is null || IsRowMajor(shape, strides) ? null : strides;
        Offset = offset;
    }

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>Position of the first element, in elements from the start of the storage.</summary>
    public int Offset { get; }

    /// <summary>Elements to step for each axis; 0 repeats, negative runs backwards.</summary>
    public ReadOnlySpan<int> Strides => strides is null ? Shape.RowMajorStrides : strides;

    /// <summary>Row-major layout without gaps.</summary>
    public static Layout Contiguous(Shape shape, int offset = 0) => new(shape, null, offset);

    /// <summary>Whether elements lie row-major without gaps.</summary>
    public bool IsContiguous => strides is null;

    // The strides of axes of size 1, and of a tensor without elements, mean nothing.
    static bool IsRowMajor(Shape shape, int[] strides)
    {
        int step = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 1) continue;
            if (strides[axis] != step) return shape.Elements == 0;
            step *= shape[axis];
        }

        return true;
    }

    /// <summary>The same steps from another first element.</summary>
    internal Layout Shift(int elements) => elements == 0 ? this : new(Shape, strides, Offset + elements);

    /// <summary>Axes in another order; <paramref name="order"/> lists the old axis for each new one.</summary>
    public Layout Permute(ReadOnlySpan<int> order)
    {
        Span<int> sizes = stackalloc int[order.Length];
        var moved = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sizes[i] = Shape[order[i]];
            moved[i] = Strides[order[i]];
        }

        return new Layout(Shape.Create(sizes), moved, Offset);
    }

    /// <summary>Axes of size 1 stretched, and new leading axes, by strides of zero. The shapes must broadcast.</summary>
    public Layout Expand(Shape target)
    {
        var stretched = new int[target.Rank];
        int lead = target.Rank - Shape.Rank;
        for (int axis = 0; axis < Shape.Rank; axis++)
            stretched[axis + lead] = Shape[axis] == 1 && target[axis + lead] != 1 ? 0 : Strides[axis];
        return new Layout(target, stretched, Offset);
    }

    /// <summary>Every <paramref name="step"/>-th of <paramref name="count"/> elements of one axis from <paramref name="start"/>; step may be negative.</summary>
    public Layout Slice(int axis, int start, int count, int step)
    {
        int[] stepped = Strides.ToArray();
        stepped[axis] *= step;

        // Where there is nothing to show, the offset stays inside the storage.
        bool empty = count == 0 || Shape.Elements == 0;
        return new Layout(Shape.With(axis, count), stepped, empty ? Offset : Offset + (start * Strides[axis]));
    }

    /// <summary>The same elements under another shape if strides can express it; null if a copy is needed. The counts must agree.</summary>
    public Layout? Reshape(Shape target)
    {
        if (IsContiguous) return Contiguous(target, Offset);
        Span<int> sizes = stackalloc int[Shape.MaxRank], steps = stackalloc int[Shape.MaxRank];
        int rank = 0;
        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (Shape[axis] == 1) continue;
            sizes[rank] = Shape[axis];
            steps[rank++] = Strides[axis];
        }

        // Match runs of old axes with runs of new axes of the same element count, from the left.
        var result = new int[target.Rank];
        int old = 0, fresh = 0;
        while (fresh < target.Rank)
        {
            if (old == rank)
            {
                fresh++;
                continue;
            }

            int oldEnd = old + 1, freshEnd = fresh + 1;
            long oldCount = sizes[old], freshCount = target[fresh];
            while (oldCount != freshCount)
            {
                if (oldCount < freshCount) oldCount *= sizes[oldEnd++];
                else freshCount *= target[freshEnd++];
            }

            for (int i = old; i + 1 < oldEnd; i++)
            {
                if (steps[i] != steps[i + 1] * sizes[i + 1]) return null;
            }

            int step = steps[oldEnd - 1];
            for (int i = freshEnd - 1; i >= fresh; i--)
            {
                result[i] = step;
                step *= target[i];
            }

            old = oldEnd;
            fresh = freshEnd;
        }

        return new Layout(target, result, Offset);
    }
}
