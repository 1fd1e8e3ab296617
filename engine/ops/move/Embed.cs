namespace Adjoint;

/// <summary>Zeros of a shape with x written at the places that a slice shows: the transpose of slicing.</summary>
public sealed record Embed(Slice Place, Shape Target) : Op
{
    public override string Name => "embed";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(Target, inputs[0].DType);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor target = outputs[0];
        ((HostStorage)target.Storage).Span<byte>().Slice(target.Layout.Offset * target.DType.Size(), target.Count * target.DType.Size()).Clear();
        Copy.IntoSlice(inputs[0], target, Place.Axis, Place.Start, Place.Stride);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Fill.Launch(queue, outputs[0], 0);
        Copy.IntoSlice(queue, inputs[0], outputs[0], Place.Axis, Place.Start, Place.Stride);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) =>
        new CallSequence(outputs[0], [Copy.PrepareIntoSlice(inputs[0], outputs[0], Place.Axis, Place.Start, Place.Stride)]);

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.View(Place, rule.Cotangent));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!);
}

public static partial class TensorMath
{
    /// <summary>Zeros added before and after along one axis.</summary>
    /// <exception cref="ShapeException">A count is negative, or the axis does not exist.</exception>
    public static Tensor Pad(this Tensor x, int axis, int before, int after)
    {
        axis = x.Shape.Axis("pad", axis);
        if (before < 0 || after < 0) throw new ShapeException($"pad: counts {before} and {after} must not be negative. Slice to make an axis shorter.");
        return Dispatch.Run(new Embed(new Slice(axis, before, x.Shape[axis], 1), x.Shape.With(axis, x.Shape[axis] + before + after)), x);
    }
}
