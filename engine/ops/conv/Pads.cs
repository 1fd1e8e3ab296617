namespace Adjoint;

/// <summary>What padding repeats.</summary>
public enum Padding
{
    /// <summary>The numbers mirrored at the first and the last, which are not repeated.</summary>
    Reflect,

    /// <summary>The first and the last number.</summary>
    Replicate,
}

public static partial class TensorMath
{
    /// <summary>Numbers of the axis added before and after.</summary>
    /// <param name="x">Any dtype.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="before">How many before.</param>
    /// <param name="after">How many after.</param>
    /// <param name="kind">Which numbers.</param>
    /// <exception cref="ShapeException">A count is negative, the axis does not exist or is empty, or has no so many numbers to mirror.</exception>
    public static Tensor Pad(this Tensor x, int axis, int before, int after, Padding kind)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.Axis("pad", axis);
        int size = x.Shape[axis];
        if (before < 0 || after < 0) throw new ShapeException($"pad: counts {before} and {after} must not be negative. Slice to make an axis shorter.");
        if (before == 0 && after == 0) return x;
        if (size == 0 || (kind == Padding.Reflect && Math.Max(before, after) >= size))
            throw new ShapeException($"pad: axis {axis} of {x.Shape} has too few numbers for {before} before and {after} after. Pad by less than its size, or pad with zeros.");
        var parts = new List<Tensor>(3);
        if (before > 0) parts.Add(kind == Padding.Reflect ? x.Slice(axis, 1, before + 1).Flip(axis) : Repeat(x.Slice(axis, 0, 1), axis, before));
        parts.Add(x);
        if (after > 0) parts.Add(kind == Padding.Reflect ? x.Slice(axis, size - 1 - after, size - 1).Flip(axis) : Repeat(x.Slice(axis, size - 1, size), axis, after));
        return Concat([.. parts], axis);
    }

    /// <summary>Zeros, or another number, added before and after the last axes, the first pair for the last axis, as in PyTorch.</summary>
    /// <exception cref="ShapeException">A count is negative, or there are more pairs than axes.</exception>
    public static Tensor Pad(this Tensor x, double value, params ReadOnlySpan<(int Before, int After)> counts)
    {
        ArgumentNullException.ThrowIfNull(x);
        for (int i = 0; i < counts.Length; i++)
        {
            int axis = x.Shape.Axis("pad", -1 - i);
            var (before, after) = counts[i];
            if (before == 0 && after == 0) continue;

            // The check of the counts is that of zeros.
            x = value == 0 || before < 0 || after < 0 ? x.Pad(axis, before, after) : Concat([Constant(before), x, Constant(after)], axis);
            Tensor Constant(int count) => Tensor.Full(x.Shape.With(axis, count), value, x.DType, x.Device);
        }

        return x;
    }

    /// <inheritdoc cref="Pad(Tensor, double, ReadOnlySpan{ValueTuple{int, int}})"/>
    public static Tensor Pad(this Tensor x, params ReadOnlySpan<(int Before, int After)> counts) => x.Pad(0.0, counts);

    /// <summary>Numbers of the last axes added before and after them, the first pair for the last axis.</summary>
    /// <inheritdoc cref="Pad(Tensor, int, int, int, Padding)"/>
    public static Tensor Pad(this Tensor x, Padding kind, params ReadOnlySpan<(int Before, int After)> counts)
    {
        for (int i = 0; i < counts.Length; i++) x = x.Pad(-1 - i, counts[i].Before, counts[i].After, kind);
        return x;
    }

    static Tensor Repeat(Tensor x, int axis, int count) => x.Expand(x.Shape.With(axis, count));
}
