namespace Adjoint;

/// <summary>Position of the largest value along an axis; the first of equals; a NaN counts as the largest.</summary>
public sealed record ArgMax(int Axis) : ArgExtreme(Axis, true)
{
    public override string Name => "argmax";
}

public static partial class TensorMath
{
    /// <summary>Position (i64) of the largest value along an axis, which goes; the first of equals; a NaN counts as the largest.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public static Tensor ArgMax(this Tensor x, int axis) => Dispatch.Run(new ArgMax(x.Shape.Axis("argmax", axis)), x.Contiguous());
}
