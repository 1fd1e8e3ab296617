using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log |Γ(x)|.</summary>
public readonly record struct LogGamma : IUnary
{
    public static string Name => "lgamma";

    public static (double Low, double High) Domain => (0.3, 5);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.LogGamma(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Polygamma(0);
}

public static partial class TensorMath
{
    /// <summary>log |Γ(x)|.</summary>
    public static Tensor LogGamma(this Tensor x) => Dispatch.Unary<LogGamma>(x);
}
