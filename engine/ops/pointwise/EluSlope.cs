using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The derivative of elu and selu from their result y: a constant where y is above 0, y + shift elsewhere; NaN stays NaN.</summary>
public readonly record struct EluSlope(double Positive, double Shift) : IUnary
{
    public static string Name => "elu_slope";

    public static Saves Saves => Saves.First;

    public V Apply<V>(V y) where V : struct, ILane<V> => V.IfLess(V.From(0), y, V.From(Positive), y + V.From(Shift));

    // 1 where y is not above 0.
    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Heaviside().Affine(-1, 1);
}

public static partial class TensorMath
{
    /// <summary>A constant where y is above 0, y + shift elsewhere: the derivative of elu and selu from their result.</summary>
    internal static Tensor EluSlope(this Tensor y, double positive, double shift) => Dispatch.Run(new Unary<EluSlope>(new EluSlope(positive, shift)), y);
}
