using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x^p for a constant p; NaN for a negative x unless p is a whole number.</summary>
public readonly record struct Power(double Exponent) : IUnary
{
    public static string Name => "power";

    public static (double Low, double High) Domain => (0.2, 3);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Pow(x, V.From(Exponent));

    public Tensor? Derive(Tensor t, Saved saved) => Exponent == 0 ? null : (t * saved.X.Pow(Exponent - 1)).Affine(Exponent, 0);
}

public static partial class TensorMath
{
    /// <summary>x^p for a constant p; NaN for a negative x unless p is a whole number.</summary>
    public static Tensor Pow(this Tensor x, double exponent) => Dispatch.Run(new Unary<Power>(new Power(exponent)), x);
}
