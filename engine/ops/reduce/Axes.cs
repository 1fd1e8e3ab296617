namespace Adjoint;

/// <summary>Sets of axes as bit masks.</summary>
static class Axes
{
    /// <summary>The mask of the listed axes; none listed means all.</summary>
    /// <exception cref="ShapeException">An axis does not exist or is listed twice.</exception>
    public static int Mask(string op, Shape shape, ReadOnlySpan<int> axes)
    {
        if (axes.IsEmpty) return (1 << shape.Rank) - 1;
        int mask = 0;
        foreach (int axis in axes)
        {
            int bit = 1 << shape.Axis(op, axis);
            if ((mask & bit) != 0) throw new ShapeException($"{op}: axis {axis} of {shape} is listed twice. List each once.");
            mask |= bit;
        }

        return mask;
    }

    /// <summary>Number of elements that fold into one.</summary>
    public static int Count(Shape shape, int mask)
    {
        int count = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if ((mask >> axis & 1) != 0) count *= shape[axis];
        }

        return count;
    }
}
