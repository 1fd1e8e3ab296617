namespace Adjoint;

/// <summary>Position of the smallest value along an axis; the first of equals; a NaN counts as the smallest.</summary>
public sealed record ArgMin(int Axis) : ArgExtreme(Axis, false)
{
    public override string Name => "argmin";
}

public static partial class TensorMath
{
    /// <summary>Position (i64) of the smallest value along an axis, which goes; the first of equals; a NaN counts as the smallest.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public static Tensor ArgMin(this Tensor x, int axis) => Dispatch.Run(new ArgMin(x.Shape.Axis("argmin", axis)), x.Contiguous());
}
