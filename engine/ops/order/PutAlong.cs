using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A base in which, for each place of the indices, the element at the index along one axis is replaced by that of x; the last of repeated indices wins. Inputs: base, indices, x.</summary>
public sealed record PutAlong(int Axis) : MoveOp
{
    static readonly WordKernels Kernels = new("put_along");
    static readonly KernelReference Winners = new("put_winners");

    public override string Name => "put_along";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        Require.SameType(Name, inputs[0], inputs[2]);
        AddAlong.RequireSameOthers(Name, inputs[0].Shape, inputs[1].Shape, Axis);
        if (inputs[1].Shape != inputs[2].Shape)
            throw new ShapeException($"put_along: {inputs[2].Shape} and its indices {inputs[1].Shape} differ. Pass one index for each element.");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor before = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* start = &before.First<T>(), source = &inputs[2].First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, y.Shape[Axis]);
            PutKernel.Put(start, index, source, target, y.Shape.CountOf(..Axis), y.Shape[Axis], y.Shape.CountOf((Axis + 1)..), indices.Shape[Axis]);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor indices = inputs[1], y = outputs[0];
        int outer = y.Shape.CountOf(..Axis), size = y.Shape[Axis], inner = y.Shape.CountOf((Axis + 1)..), count = indices.Shape[Axis];
        queue.CheckIndices(Name, "indices", indices, 0, size);
        ulong winners = queue.Scratch((long)y.Count * sizeof(int));
        queue.Call(WordKernels.Fill.Of(DType.I32), y.Count).View(winners, y.Count).Value((long)y.Count).Value(-1).Run();
        queue.Call(Winners, indices.Count).Dense(indices).View(winners, y.Count).Value(outer).Value(size).Value(inner).Value(count).Run();
        queue.Call(Kernels.Of(y.DType), y.Count).Dense(inputs[0]).View(winners, y.Count).Dense(inputs[2]).Dense(y).Value(outer).Value(size).Value(inner).Value(count).Run();
    }

    // For each place of the result the index's position that won it, or -1.
    Tensor Positions(Tensor indices, Shape result) =>
        Tensor.Full(result, -1, DType.I64, indices.Device).PutAlong(Axis, indices, TensorMath.Positions(indices.Shape, Axis, indices.Device));

    public override void Vjp(VjpRule rule)
    {
        Tensor indices = rule.Y, zero = Tensor.Zeros(Shape.Scalar, rule.Cotangent.DType, indices.Device), winners = Positions(indices, rule.OutputShape());
        if (rule.Needs(0)) rule.Give(0, TensorMath.Where(winners.Less(0), rule.Cotangent, zero));
        if (!rule.Needs(2)) return;
        Tensor wins = winners.TakeAlong(Axis, indices).Equal(TensorMath.Positions(indices.Shape, Axis, indices.Device));
        rule.Give(2, TensorMath.Where(wins, rule.Cotangent.TakeAlong(Axis, indices), zero));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor any = rule.Tangent(0) ?? rule.Tangent(2)!;
        Tensor before = rule.Tangent(0) ?? Tensor.Zeros(rule.OutputShape(), any.DType, any.Device);
        return before.PutAlong(Axis, rule.Y, rule.Tangent(2) ?? Tensor.Zeros(rule.InputShape(2), any.DType, any.Device));
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// A copy in which result[…, indices[…, j, …], …] = x[…, j, …] along an axis. Of repeated indices the last in order wins, on every device; derivatives go to what is seen in the result.
    /// </summary>
    /// <param name="before">The tensor that is written into, any dtype.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="indices">i64; its shape may differ from the first one's along the axis only.</param>
    /// <param name="x">The new elements, of the indices' shape.</param>
    /// <exception cref="ShapeException">Shapes do not fit, or an index is outside the axis.</exception>
    public static Tensor PutAlong(this Tensor before, int axis, Tensor indices, Tensor x) =>
        Dispatch.Run(new PutAlong(before.Shape.Axis("put_along", axis)), before.Contiguous(), indices.Contiguous(), x.Contiguous());

    /// <summary>A copy in which the slices at indices (i64 [count]) along an axis are those of x, whose size there is count; the last of repeated indices wins.</summary>
    /// <exception cref="ShapeException">Shapes do not fit, or an index is outside the axis.</exception>
    public static Tensor PutAt(this Tensor before, int axis, Tensor indices, Tensor x)
    {
        axis = before.Shape.Axis("put_at", axis);
        Require.Rank("put_at", "the indices", indices, 1);
        Tensor lined = indices;
        for (int i = axis + 1; i < before.Rank; i++) lined = lined.Unsqueeze(-1);
        Shape shape = before.Shape.With(axis, indices.Shape[0]);
        return before.PutAlong(axis, lined.Expand(shape), x.Expand(shape));
    }

    /// <summary>x with the elements where a mask is true replaced by a number; the mask broadcasts.</summary>
    public static Tensor MaskedFill(this Tensor x, Tensor mask, double value) => Where(mask, Tensor.Full(Shape.Scalar, value, x.DType, x.Device), x).Expand(x.Shape);
}
