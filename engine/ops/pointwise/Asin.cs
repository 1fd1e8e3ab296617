using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Arcsine, in radians; NaN beyond one, infinite derivative at one.</summary>
public readonly record struct Asin : IUnary
{
    public static string Name => "asin";

    public static (double Low, double High) Domain => (-0.9, 0.9);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Asin(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Square().Affine(-1, 1).Rsqrt();
}

public static partial class TensorMath
{
    /// <summary>Arcsine, in radians; NaN beyond one, infinite derivative at one.</summary>
    public static Tensor Asin(this Tensor x) => Dispatch.Unary<Asin>(x);
}
