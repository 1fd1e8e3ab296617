using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Arccosine, in radians; NaN beyond one, infinite derivative at one.</summary>
public readonly record struct Acos : IUnary
{
    public static string Name => "acos";

    public static (double Low, double High) Domain => (-0.9, 0.9);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Acos(x);

    public Tensor? Derive(Tensor t, Saved saved) => -(t * saved.X.Square().Affine(-1, 1).Rsqrt());
}

public static partial class TensorMath
{
    /// <summary>Arccosine, in radians; NaN beyond one, infinite derivative at one.</summary>
    public static Tensor Acos(this Tensor x) => Dispatch.Unary<Acos>(x);
}
