using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log(1 + x), accurate near 0.</summary>
public readonly record struct Log1P : IUnary
{
    public static string Name => "log1p";

    public static (double Low, double High) Domain => (-0.7, 3);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Log1P(x);

    public Tensor? Derive(Tensor t, Saved saved) => t / saved.X.Affine(1, 1);
}

public static partial class TensorMath
{
    /// <summary>log(1 + x), accurate near 0.</summary>
    public static Tensor Log1P(this Tensor x) => Dispatch.Unary<Log1P>(x);
}
