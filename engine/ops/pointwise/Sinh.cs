using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Hyperbolic sine.</summary>
public readonly record struct Sinh : IUnary
{
    public static string Name => "sinh";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sinh(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Cosh();
}

public static partial class TensorMath
{
    /// <summary>Hyperbolic sine.</summary>
    public static Tensor Sinh(this Tensor x) => Dispatch.Unary<Sinh>(x);
}
