using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Σ e^x over the rows of each segment; -∞ for a segment without rows.</summary>
public sealed record SegmentLogSumExp : SegmentPowersOp
{
    public override string Name => "segment_logsumexp";

    private protected override SegmentPowers Kind => SegmentPowers.LogSumExp;

    public override Saves Saves => Saves.First | Index | Saves.Output;

    static Tensor Weights(Saved rule, SegmentIndex index) => LogSumExpDerivative.Weights(rule.X, index.Run(new SegmentGather(), rule.Result));

    public override void Vjp(VjpRule rule)
    {
        SegmentIndex index = SegmentIndex.Of(rule);
        rule.Give(0, index.Run(new SegmentGather(), rule.Cotangent) * Weights(rule, index));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        SegmentIndex index = SegmentIndex.Of(rule);
        return index.Run(new SegmentSum(), rule.Tangent(0)! * Weights(rule, index));
    }
}

public static partial class TensorMath
{
    /// <summary>log Σ e^x over the rows of each segment, each column for itself: x [rows, ...] → [segments, ...]; -∞ for a segment without rows, or of -∞ alone.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentLogSumExp(this Tensor x, SegmentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentLogSumExp(), x);
    }
}
