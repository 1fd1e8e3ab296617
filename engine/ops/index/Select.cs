using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Slices of x along an axis at the places that a vector of indices names, in its order, repeats allowed.</summary>
public sealed record Select(int Axis) : MoveOp
{
    public override string Name => "select";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        Require.Rank(Name, "the indices", inputs[1], 1);
        return new Signature(inputs[0].Shape.With(Axis, inputs[1].Shape[0]), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, x.Shape[Axis]);
            IndexKernel.Select(source, index, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), indices.Count);
        }
    }

    static readonly WordKernels Kernels = new("index_select");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        queue.CheckIndices(Name, "indices", indices, 0, x.Shape[Axis]);
        queue.Call(Kernels.Of(y.DType), y.Count).Dense(x).Dense(indices).Dense(y)
            .Value(x.Shape.CountOf(..Axis)).Value(x.Shape[Axis]).Value(x.Shape.CountOf((Axis + 1)..)).Value(indices.Count).Run();
    }

    // What it reads of the operand is what it writes.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs[1..]) + (2 * BytesOf(outputs));

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.AddAt(Axis, rule.Y, rule.InputShape(0)[Axis]));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous(), rule.Y);
}

public static partial class TensorMath
{
    /// <summary>Slices of x along an axis at the given indices (i64, one axis, 0 … size-1), in their order; repeats are allowed. Rows of a batch, rows of an embedding.</summary>
    /// <exception cref="ShapeException">An index is outside the axis.</exception>
    public static Tensor Select(this Tensor x, int axis, Tensor indices) =>
        Dispatch.Run(new Select(x.Shape.Axis("select", axis)), x.Contiguous(), indices.Contiguous());
}
