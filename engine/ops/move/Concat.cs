namespace Adjoint;

/// <summary>Tensors joined along one axis.</summary>
public sealed record Concat(int Axis) : Op
{
    public override string Name => "concat";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Shape first = inputs[0].Shape;
        int total = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            Require.SameType(Name, inputs[0], inputs[i]);
            Shape other = inputs[i].Shape;
            if (other.Rank != first.Rank || other.Without(Axis) != first.Without(Axis))
                throw new ShapeException($"concat: shapes {first} and {other} differ in more than axis {Axis}. Expand or reshape one.");
            total = checked(total + other[Axis]);
        }

        return new Signature(first.With(Axis, total), inputs[0].DType);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int position = 0;
        foreach (Tensor input in inputs)
        {
            int size = input.Shape[Axis];
            Copy.IntoSlice(input, outputs[0], Axis, position, 1);
            position += size;
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int position = 0;
        foreach (Tensor input in inputs)
        {
            Copy.IntoSlice(queue, input, outputs[0], Axis, position, 1);
            position += input.Shape[Axis];
        }
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs)
    {
        var calls = new PlannedCall[inputs.Length];
        int position = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = Copy.PrepareIntoSlice(inputs[i], outputs[0], Axis, position, 1);
            position += inputs[i].Shape[Axis];
        }

        return new CallSequence(null, calls);
    }

    public override void Vjp(VjpRule rule)
    {
        int position = 0;
        for (int i = 0; i < rule.InputCount; i++)
        {
            int size = rule.InputShape(i)[Axis];
            if (rule.Needs(i)) rule.Give(i, rule.Cotangent.Slice(Axis, position, position + size));
            position += size;
        }
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        var parts = new Tensor[rule.InputCount];
        Tensor? any = null;
        for (int i = 0; i < parts.Length; i++) any ??= rule.Tangent(i);
        for (int i = 0; i < parts.Length; i++) parts[i] = rule.Tangent(i) ?? Tensor.Zeros(rule.InputShape(i), any!.DType, any.Device);
        return Dispatch.Run(this, parts);
    }
}

public static partial class TensorMath
{
    /// <summary>Tensors joined along one axis; all other sizes must agree.</summary>
    /// <exception cref="ShapeException">No tensors, or sizes that differ.</exception>
    public static Tensor Concat(ReadOnlySpan<Tensor> tensors, int axis)
    {
        if (tensors.IsEmpty) throw new ShapeException("concat: there are no tensors. Pass at least one.");
        return Dispatch.Run(new Concat(tensors[0].Shape.Axis("concat", axis)), tensors);
    }

    /// <summary>Tensors of one shape joined along a new axis.</summary>
    /// <exception cref="ShapeException">No tensors, or shapes that differ.</exception>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int axis)
    {
        if (tensors.IsEmpty) throw new ShapeException("stack: there are no tensors. Pass at least one.");
        int place = axis < 0 ? axis + tensors[0].Rank + 1 : axis;
        var parts = new Tensor[tensors.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = tensors[i].Unsqueeze(place);
        return Concat(parts, place);
    }
}
