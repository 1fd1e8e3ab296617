namespace Adjoint;

/// <summary>The input itself, as another point of the tape.</summary>
public sealed record Identity : ViewOp
{
    public override string Name => "identity";

    public override Layout View(Layout input) => input;

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent);

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0);
}

/// <summary>Another shape over the same row-major order; only for layouts whose strides can express it.</summary>
public sealed record Reshape(Shape Target) : ViewOp
{
    public override string Name => "reshape";

    public override Layout View(Layout input) => input.Reshape(Target)!.Value;

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.Reshape(rule.InputShape(0)));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.Reshape(Target);
}

/// <summary>Axes in another order.</summary>
public sealed record Permute(Shape Order) : ViewOp
{
    public override string Name => "permute";

    public override Layout View(Layout input)
    {
        Span<bool> seen = stackalloc bool[input.Shape.Rank];
        bool valid = Order.Rank == input.Shape.Rank;
        for (int i = 0; valid && i < Order.Rank; i++)
        {
            valid = Order[i] < input.Shape.Rank && !seen[Order[i]];
            if (valid) seen[Order[i]] = true;
        }

        if (!valid) throw new ShapeException($"permute: {Order} does not list each axis of {input.Shape} once. List 0 to {input.Shape.Rank - 1} in the new order.");
        return input.Permute(Order.Sizes);
    }

    public override void Vjp(VjpRule rule)
    {
        Span<int> inverse = stackalloc int[Order.Rank];
        for (int i = 0; i < inverse.Length; i++) inverse[Order[i]] = i;
        rule.Give(0, rule.Cotangent.Permute(inverse));
    }

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.Permute(Order.Sizes);
}

/// <summary>Axes of size 1 and missing leading axes stretched.</summary>
public sealed record Expand(Shape Target) : ViewOp
{
    public override string Name => "expand";

    public override Layout View(Layout input)
    {
        Require.BroadcastsTo(Name, "the tensor", input.Shape, Target);
        return input.Expand(Target);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.SumTo(rule.InputShape(0)));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.Expand(Target);
}

/// <summary>Every step-th element of one axis.</summary>
public sealed record Slice(int Axis, int Start, int Count, int Stride) : ViewOp
{
    public override string Name => "slice";

    public override Layout View(Layout input) => input.Slice(Axis, Start, Count, Stride);

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(new Embed(this, rule.InputShape(0)), rule.Cotangent));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.View(this, rule.Tangent(0)!);
}

public static partial class TensorMath
{
    /// <summary>The same elements in row-major order under another shape; one size may be -1 and is worked out. A view where strides allow, else a copy.</summary>
    /// <exception cref="ShapeException">The element counts differ.</exception>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]
    public static Tensor Reshape(this Tensor x, params ReadOnlySpan<int> sizes)
    {
        Span<int> whole = stackalloc int[sizes.Length];
        sizes.CopyTo(whole);
        int open = whole.IndexOf(-1);
        if (open >= 0)
        {
            whole[open] = 1;
            if (whole.Contains(-1)) throw new ShapeException($"reshape: more than one of the sizes [{string.Join(", ", sizes.ToArray())}] is -1. Leave one open.");
            int known = Shape.Create(whole).Elements;
            if (known == 0 || x.Count % known != 0)
                throw new ShapeException($"reshape: {x.Count} elements of {x.Shape} do not divide by the given sizes [{string.Join(", ", sizes.ToArray())}]. Change them.");
            whole[open] = x.Count / known;
        }

        return x.Reshape(Shape.Create(whole));
    }

    /// <inheritdoc cref="Reshape(Tensor, ReadOnlySpan{int})"/>
    public static Tensor Reshape(this Tensor x, Shape shape)
    {
        if (shape.Elements != x.Count)
            throw new ShapeException($"reshape: {x.Shape} holds {x.Count} elements and {shape} holds {shape.Elements}. The counts must agree.");
        if (shape == x.Shape) return x;
        return Dispatch.View(new Reshape(shape), x.Layout.Reshape(shape) is null ? x.Contiguous() : x);
    }

    /// <summary>Axes in another order: axis i of the result is axis order[i] of x. A view.</summary>
    /// <exception cref="ShapeException">The order does not list each axis once.</exception>
    public static Tensor Permute(this Tensor x, params ReadOnlySpan<int> order)
    {
        Span<int> positive = stackalloc int[order.Length];
        for (int i = 0; i < order.Length; i++) positive[i] = x.Shape.Axis("permute", order[i]);
        return Dispatch.View(new Permute(Shape.Create(positive)), x);
    }

    /// <summary>Two axes exchanged; by default the last two. A view.</summary>
    /// <exception cref="ShapeException">An axis does not exist.</exception>
    public static Tensor Transpose(this Tensor x, int first = -2, int second = -1)
    {
        Span<int> order = stackalloc int[x.Rank];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int a = x.Shape.Axis("transpose", first), b = x.Shape.Axis("transpose", second);
        (order[a], order[b]) = (b, a);
        return x.Permute(order);
    }

    /// <summary>Axes of size 1 and missing leading axes stretched to the shape. A view without a copy.</summary>
    /// <exception cref="ShapeException">Another axis would have to stretch.</exception>
    public static Tensor Expand(this Tensor x, Shape shape) => shape == x.Shape ? x : Dispatch.View(new Expand(shape), x);

    /// <summary>Elements from start up to but without end of one axis; negative positions count from the end. A view.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="start">First position.</param>
    /// <param name="end">Position after the last; beyond the axis means its end.</param>
    /// <param name="step">Distance of neighbours; a negative one runs from the last position of the range to its first.</param>
    /// <exception cref="ShapeException">The axis does not exist, or start lies outside it, or step is 0.</exception>
    public static Tensor Slice(this Tensor x, int axis, int start, int end = int.MaxValue, int step = 1)
    {
        axis = x.Shape.Axis("slice", axis);
        int size = x.Shape[axis];
        int first = start < 0 ? start + size : start, last = Math.Min(end < 0 ? end + size : end, size);
        if (step == 0 || first < 0 || first > size || last < 0)
            throw new ShapeException($"slice: {start}..{end} with step {step} does not fit axis {axis} of {x.Shape}. Use positions from {-size} to {size} and a step other than 0.");
        int length = Math.Max(0, last - first);
        long distance = Math.Abs((long)step);
        int count = (int)((length + distance - 1) / distance);
        return Dispatch.View(new Slice(axis, step > 0 ? first : Math.Max(last - 1, 0), count, step), x);
    }

    /// <summary>One position of an axis, without that axis. A view.</summary>
    /// <exception cref="ShapeException">The position does not exist.</exception>
    public static Tensor At(this Tensor x, int axis, int index)
    {
        axis = x.Shape.Axis("at", axis);
        int size = x.Shape[axis], position = index < 0 ? index + size : index;
        if ((uint)position >= (uint)size) throw new ShapeException($"at: index {index} is outside axis {axis} of {x.Shape}. Use {-size} to {size - 1}.");
        return x.Slice(axis, position, position + 1).Reshape(x.Shape.Without(axis));
    }

    /// <summary>One axis in reverse order. A view.</summary>
    public static Tensor Flip(this Tensor x, int axis) => x.Slice(axis, 0, int.MaxValue, -1);

    /// <summary>A new axis of size 1 before <paramref name="axis"/>. A view.</summary>
    /// <exception cref="ShapeException">The place does not exist.</exception>
    public static Tensor Unsqueeze(this Tensor x, int axis)
    {
        if (axis < -x.Rank - 1 || axis > x.Rank)
            throw new ShapeException($"unsqueeze: axis {axis} cannot be inserted into {x.Shape}. Use {-x.Rank - 1} to {x.Rank}.");
        return x.Reshape(x.Shape.Insert(axis < 0 ? axis + x.Rank + 1 : axis, 1));
    }

    /// <summary>An axis of size 1 taken away. A view.</summary>
    /// <exception cref="ShapeException">Its size is not 1.</exception>
    public static Tensor Squeeze(this Tensor x, int axis)
    {
        axis = x.Shape.Axis("squeeze", axis);
        if (x.Shape[axis] != 1) throw new ShapeException($"squeeze: axis {axis} of {x.Shape} has size {x.Shape[axis]}, not 1. Reduce or slice it.");
        return x.Reshape(x.Shape.Without(axis));
    }
}
