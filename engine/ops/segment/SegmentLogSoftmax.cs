using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x - log Σ e^x within each segment.</summary>
public sealed record SegmentLogSoftmax : SegmentPowersOp
{
    public override string Name => "segment_log_softmax";

    private protected override SegmentPowers Kind => SegmentPowers.LogSoftmax;

    public override Saves Saves => Index | Saves.Output;

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent - (rule.Result.Exp() * SumsOfSegments(rule.Cotangent, SegmentIndex.Of(rule))));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)! - SumsOfSegments(rule.Result.Exp() * rule.Tangent(0)!, SegmentIndex.Of(rule));
}

public static partial class TensorMath
{
    /// <summary>Logarithm of the softmax over the rows of each segment, each column for itself: x [rows, ...] → [rows, ...].</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentLogSoftmax(this Tensor x, SegmentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentLogSoftmax(), x);
    }
}
