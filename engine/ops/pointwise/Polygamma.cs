using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Derivative of order n+1 of log Γ(x); n = 0 is digamma.</summary>
public readonly record struct Polygamma(int Order) : IUnary
{
    public static string Name => "polygamma";

    public static (double Low, double High) Domain => (0.5, 5);

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Polygamma(Order, x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Polygamma(Order + 1);
}

public static partial class TensorMath
{
    /// <summary>Derivative of order n+1 of log Γ(x); n = 0 is digamma.</summary>
    public static Tensor Polygamma(this Tensor x, int order) => Dispatch.Run(new Unary<Polygamma>(new Polygamma(Check.AtLeast(order, 0, "Polygamma order"))), x);

    /// <summary>ψ(x) = d log Γ(x) / dx.</summary>
    public static Tensor Digamma(this Tensor x) => x.Polygamma(0);
}
