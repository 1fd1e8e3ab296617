using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>For each row the row of its segment: the transpose of <see cref="SegmentSum"/>.</summary>
public sealed record SegmentGather : SegmentOp
{
    static readonly WordKernels Kernels = new("index_select");

    public override string Name => "segment_gather";

    private protected override bool TakesIntegers => true;

    private protected override bool TakesSegments => true;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        RequireIndex(inputs);
        return new Signature(inputs[0].Shape.With(0, inputs[1].Shape[0]), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* ids = &inputs[1].First<long>())
        {
            IndexChecks.Require(Name, "ids", ids, inputs[1].Count, inputs[0].Shape[0]);
            SegmentSumKernel.Gather(x, ids, y, inputs[1].Count, Columns(inputs[0]));
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        queue.Call(Kernels.Of(inputs[0].DType), outputs[0].Count).Dense(inputs[0]).Dense(inputs[1]).Dense(outputs[0])
            .Value(1).Value(inputs[0].Shape[0]).Value(Columns(inputs[0])).Value(inputs[1].Count).Run();

    // What it reads of the operand is what it writes.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs[1..2]) + (2 * BytesOf(outputs));

    public override void Vjp(VjpRule rule) => rule.Give(0, SegmentIndex.Of(rule).Run(new SegmentSum(), rule.Cotangent));

    public override Tensor? Jvp(JvpRule rule) => SegmentIndex.Of(rule).Run(this, rule.Tangent(0)!);
}

public static partial class TensorMath
{
    /// <summary>
    /// For each row the row of its segment: x [segments, ...] → [rows, ...]. What <see cref="Select"/> does at the index's ids, with a derivative that sums segments in parallel.
    /// </summary>
    /// <exception cref="ShapeException">x does not have the index's number of segments.</exception>
    public static Tensor SegmentGather(this Tensor x, SegmentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentGather(), x);
    }
}
