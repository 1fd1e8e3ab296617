using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Sum of each segment's rows, in their order; 0 for a segment without rows. The transpose of <see cref="SegmentGather"/>.</summary>
public sealed record SegmentSum : SegmentOp
{
    static readonly TeamKernels Kernels = new("segment_sum");

    public override string Name => "segment_sum";

    private protected override bool TakesIntegers => true;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape.With(0, RequireIndex(inputs)), inputs[0].DType);

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* order = &inputs[2].First<long>(), starts = &inputs[3].First<long>())
            SegmentSumKernel.Sum(x, order, starts, y, inputs[0].Shape[0], outputs[0].Shape[0], Columns(inputs[0]));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int segments = outputs[0].Shape[0], columns = Columns(inputs[0]);
        CallTeams(queue, Kernels, inputs[0].DType, segments, columns).Dense(inputs[0]).Dense(inputs[2]).Dense(inputs[3]).Dense(outputs[0]).Value(segments).Value(columns).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, SegmentIndex.Of(rule).Run(new SegmentGather(), rule.Cotangent));

    public override Tensor? Jvp(JvpRule rule) => SegmentIndex.Of(rule).Run(this, rule.Tangent(0)!);
}

public static partial class TensorMath
{
    /// <summary>Sum of the rows of each segment: x [rows, ...] → [segments, ...], 0 for a segment without rows. Rows are added in their order, so the bits are the same every time.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentSum(this Tensor x, SegmentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentSum(), x);
    }

    /// <summary>Mean of the rows of each segment: x [rows, ...] → [segments, ...], 0 for a segment without rows.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentMean(this Tensor x, SegmentIndex index)
    {
        Require.Float("segment_mean", x);
        Tensor sums = x.SegmentSum(index), counts = index.Lengths.To(x.DType).Clamp(1, double.PositiveInfinity);
        for (int axis = 1; axis < x.Rank; axis++) counts = counts.Unsqueeze(-1);
        return sums / counts;
    }
}
