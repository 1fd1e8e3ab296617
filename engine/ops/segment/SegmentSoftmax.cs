using Adjoint.Kernels;

namespace Adjoint;

/// <summary>e^x / Σ e^x within each segment.</summary>
public sealed record SegmentSoftmax : SegmentPowersOp
{
    public override string Name => "segment_softmax";

    private protected override SegmentPowers Kind => SegmentPowers.Softmax;

    public override Saves Saves => Index | Saves.Output;

    public override void Vjp(VjpRule rule) => rule.Give(0, Derivative(rule, rule.Cotangent));

    public override Tensor? Jvp(JvpRule rule) => Derivative(rule, rule.Tangent(0)!);

    // y·(t - Σ y·t): the same for tangents and cotangents.
    static Tensor Derivative(Saved rule, Tensor t)
    {
        Tensor product = rule.Result * t;
        return product - (rule.Result * SumsOfSegments(product, SegmentIndex.Of(rule)));
    }
}

public static partial class TensorMath
{
    /// <summary>Softmax over the rows of each segment, each column for itself: x [rows, ...] → [rows, ...]. Attention over the edges of a node, policies over the actions of a state.</summary>
    /// <exception cref="ShapeException">x does not have the index's number of rows.</exception>
    public static Tensor SegmentSoftmax(this Tensor x, SegmentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Run(new SegmentSoftmax(), x);
    }
}
