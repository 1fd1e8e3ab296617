using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Zeros to which the slices of x are added at indices along an axis, in index order: the transpose of <see cref="Select"/>.</summary>
public sealed record AddAt(int Axis, int Size) : NumberOp
{
    public override string Name => "add_at";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        if (inputs[1].Rank != 1 || inputs[1].Shape[0] != inputs[0].Shape[Axis])
            throw new ShapeException($"add_at: indices {inputs[1].Shape} do not name a place for each of the {inputs[0].Shape[Axis]} slices. Pass i64 [{inputs[0].Shape[Axis]}].");
        return new Signature(inputs[0].Shape.With(Axis, Size), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, Size);
            new Span<T>(target, y.Count).Clear();
            IndexKernel.AddAt(source, index, target, x.Shape.CountOf(..Axis), Size, x.Shape.CountOf((Axis + 1)..), indices.Count);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1];
        queue.CheckIndices(Name, "indices", indices, 0, Size);
        ScatterLaunch.AddAt(queue, x, indices, outputs[0], x.Shape.CountOf(..Axis), Size, x.Shape.CountOf((Axis + 1)..), 1);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.Select(Axis, rule.Y));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous(), rule.Y);
}

public static partial class TensorMath
{
    /// <summary>Zeros with <paramref name="size"/> places along an axis, to which the slices of x are added at the given indices (i64). Repeated indices sum in their order.</summary>
    /// <exception cref="ShapeException">An index is outside the axis, or there is not one for each slice.</exception>
    public static Tensor AddAt(this Tensor x, int axis, Tensor indices, int size) =>
        Dispatch.Run(new AddAt(x.Shape.Axis("add_at", axis), size), x.Contiguous(), indices.Contiguous());
}
