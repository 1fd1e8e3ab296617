using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Zeros to which the slices of x are added at indices along an axis, in index order: the transpose of <see cref="Select"/>.</summary>
public sealed record AddAt(int Axis, int Size) : Op
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

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].DType)
        {
            case DType.F32: Run<float>(inputs[0], inputs[1], outputs[0]); break;
            case DType.F64: Run<double>(inputs[0], inputs[1], outputs[0]); break;
            case DType.I32: Run<int>(inputs[0], inputs[1], outputs[0]); break;
            default: Run<long>(inputs[0], inputs[1], outputs[0]); break;
        }
    }

    unsafe void Run<T>(Tensor x, Tensor indices, Tensor y) where T : unmanaged
    {
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, Size);
            new Span<T>(target, y.Count).Clear();
            IndexKernel.AddAt(source, index, target, x.Shape.CountOf(..Axis), Size, x.Shape.CountOf((Axis + 1)..), indices.Count);
        }
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
