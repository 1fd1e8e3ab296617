using Adjoint.Kernels;

namespace Adjoint;

/// <summary>For each place of the indices, the element of x there, with the position along one axis replaced by the index.</summary>
public sealed record TakeAlong(int Axis) : MoveOp
{
    public override string Name => "take_along";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        AddAlong.RequireSameOthers(Name, inputs[0].Shape, inputs[1].Shape, Axis);
        return new Signature(inputs[1].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, x.Shape[Axis]);
            IndexKernel.TakeAlong(
                source, index, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), indices.Shape[Axis]);
        }
    }

    static readonly WordKernels Kernels = new("index_take_along");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        queue.CheckIndices(Name, "indices", indices, 0, x.Shape[Axis]);
        queue.Call(Kernels.Of(y.DType), y.Count).Dense(x).Dense(indices).Dense(y)
            .Value(x.Shape.CountOf(..Axis)).Value(x.Shape[Axis]).Value(x.Shape.CountOf((Axis + 1)..)).Value(indices.Shape[Axis]).Run();
    }

    // What it reads of the operand is what it writes.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs[1..]) + (2 * BytesOf(outputs));

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.AddAlong(Axis, rule.Y, rule.InputShape(0)[Axis]));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous(), rule.Y);
}

public static partial class TensorMath
{
    /// <summary>result[…, j, …] = x[…, indices[…, j, …], …] along an axis: one element a place, for instance the score of each row's class.</summary>
    /// <exception cref="ShapeException">Sizes off the axis differ, or an index is outside it.</exception>
    public static Tensor TakeAlong(this Tensor x, int axis, Tensor indices) =>
        Dispatch.Run(new TakeAlong(x.Shape.Axis("take_along", axis)), x.Contiguous(), indices.Contiguous());
}
