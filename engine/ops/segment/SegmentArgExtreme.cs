using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Row of the largest (or smallest) number of each segment and column: the first of equals, the first NaN if there is one; -1 for a segment without rows.</summary>
public sealed record SegmentArgExtreme(bool Largest) : SegmentOp
{
    static readonly TypedKernels Kernels = new("segment_extremes");

    public override string Name => "segment_arg_extreme";

    public override bool IsDifferentiable => false;

    private protected override bool TakesIntegers => true;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape.With(0, RequireIndex(inputs)), DType.I64);

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>())
        fixed (long* order = &inputs[2].First<long>(), starts = &inputs[3].First<long>(), y = &outputs[0].First<long>())
            SegmentExtremeKernel.Run(x, order, starts, y, inputs[0].Shape[0], outputs[0].Shape[0], Columns(inputs[0]), Largest);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int segments = outputs[0].Shape[0], columns = Columns(inputs[0]);
        queue.Call(Kernels.Of(inputs[0].DType), (long)segments * columns).Dense(inputs[0]).Dense(inputs[2]).Dense(inputs[3]).Dense(outputs[0])
            .Value(segments).Value(columns).Value(Largest ? 1 : 0).Run();
    }
}

public static partial class TensorMath
{
    /// <summary>Row (i64) of the largest (or smallest) number of each segment and column: x [rows, ...] → [segments, ...]; the first of equals; -1 for a segment without rows.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentArgExtreme(this Tensor x, SegmentIndex index, bool largest = true)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentArgExtreme(largest), x);
    }

    /// <summary>
    /// Largest number of each segment and column: x [rows, ...] → [segments, ...]; -∞ (the least integer) for a segment without rows, NaN if any is. The derivative goes to the first of equal ones.
    /// </summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentMax(this Tensor x, SegmentIndex index) => PickOrEmpty(x, 0, x.SegmentArgExtreme(index), true);

    /// <summary>Smallest number of each segment and column, as <see cref="SegmentMax"/>; ∞ (the largest integer) for a segment without rows.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentMin(this Tensor x, SegmentIndex index) => PickOrEmpty(x, 0, x.SegmentArgExtreme(index, false), false);
}
