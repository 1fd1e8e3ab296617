using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Hyperbolic cosine.</summary>
public readonly record struct Cosh : IUnary
{
    public static string Name => "cosh";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Cosh(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Sinh();
}

public static partial class TensorMath
{
    /// <summary>Hyperbolic cosine.</summary>
    public static Tensor Cosh(this Tensor x) => Dispatch.Unary<Cosh>(x);
}
