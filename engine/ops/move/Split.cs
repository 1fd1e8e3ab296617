namespace Adjoint;

/// <summary>A tensor cut into equal parts along one axis, each with memory of its own: what is differentiated by all parts is put together once, where slices would each fill a tensor of the whole size.</summary>
public sealed record Split(int Axis, int Parts) : Op
{
    public override string Name => "split";

    public override int OutputCount => Parts;

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Shape whole = inputs[0].Shape;
        if (Parts < 1 || whole[Axis] % Parts != 0) throw new ShapeException($"split: axis {Axis} of {whole} does not have {Parts} equal parts. Slice it, or pad it before.");
        return new Signature(Part(whole), inputs[0].DType);
    }

    Shape Part(Shape whole) => whole.With(Axis, whole[Axis] / Parts);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        for (int i = 0; i < outputs.Length; i++) Copy.FromSlice(inputs[0], outputs[i], Axis, i * outputs[i].Shape[Axis]);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        for (int i = 0; i < outputs.Length; i++)
            queue.Copy(x, x.Layout.Strides, outputs[i], outputs[i].Layout.Strides, 0, outputs[i].Shape.Sizes, i * outputs[i].Shape[Axis] * x.Layout.Strides[Axis]);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs)
    {
        Tensor x = inputs[0];
        var calls = new PlannedCall[outputs.Length];
        for (int i = 0; i < calls.Length; i++)
            calls[i] = CopyCall.Make(x, x.Layout.Strides, outputs[i], outputs[i].Layout.Strides, 0, outputs[i].Shape.Sizes, (long)i * outputs[i].Shape[Axis] * x.Layout.Strides[Axis]);
        return new CallSequence(null, calls);
    }

    public override void Vjp(VjpRule rule)
    {
        var parts = new Tensor[Parts];
        Tensor? any = null;
        for (int i = 0; i < Parts; i++) any ??= rule.CotangentOf(i);
        for (int i = 0; i < Parts; i++) parts[i] = rule.CotangentOf(i) ?? Tensor.Zeros(Part(rule.InputShape(0)), any!.DType, any.Device);
        rule.Give(0, TensorMath.Concat(parts, Axis));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        int size = rule.InputShape(0)[Axis] / Parts;
        return rule.Tangent(0)!.Slice(Axis, rule.OutputIndex * size, (rule.OutputIndex + 1) * size);
    }
}

public static partial class TensorMath
{
    /// <summary>Equal parts of an axis, each with memory of its own. For few of the parts, <see cref="Slice(Tensor, int, int, int, int)"/> is a view without a copy.</summary>
    /// <exception cref="ShapeException">The axis does not have that many equal parts.</exception>
    public static Tensor[] Split(this Tensor x, int axis, int parts)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Dispatch.RunMany(new Split(x.Shape.Axis("split", axis), parts), x);
    }

    /// <summary>The positions of an axis, one tensor each without it: the opposite of <see cref="Stack"/>.</summary>
    /// <exception cref="ShapeException">The axis is empty.</exception>
    public static Tensor[] Unstack(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.Axis("unstack", axis);
        Tensor[] parts = x.Split(axis, x.Shape[axis]);
        for (int i = 0; i < parts.Length; i++) parts[i] = parts[i].Squeeze(axis);
        return parts;
    }
}
