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
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* indices = &inputs[1].First<long>()) new Slices<T>(x, indices, y, inputs[0].Shape, Axis, inputs[1].Count).Take(Name);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => outputs[0].DType.Size() switch
    {
        4 => new Call<int>(this, inputs, outputs[0]),
        8 => new Call<long>(this, inputs, outputs[0]),
        _ => new Call<byte>(this, inputs, outputs[0]),
    };

    sealed unsafe class Call<T>(Select op, Tensor[] inputs, Tensor y) : PlannedCall where T : unmanaged
    {
        readonly Slices<T> slices = new((T*)inputs[0].Address(), (long*)inputs[1].Address(), (T*)y.Address(), inputs[0].Shape, op.Axis, inputs[1].Count);

        public override void Run() => slices.Take(op.Name);
    }

    readonly unsafe struct Slices<T>(T* x, long* indices, T* y, Shape shape, int axis, int count) where T : unmanaged
    {
        readonly int outer = shape.CountOf(..axis), size = shape[axis], inner = shape.CountOf((axis + 1)..);

        public void Take(string op)
        {
            IndexChecks.Require(op, "indices", indices, count, size);
            IndexKernel.Select(x, indices, y, outer, size, inner, count);
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
