using Adjoint.Kernels;

namespace Adjoint;

/// <summary>max(x, 0); the derivative at 0 is 0.</summary>
public readonly record struct Relu : IUnary
{
    public static string Name => "relu";

    public static (double Low, double High) Domain => (-3, 3);

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Max(x, V.From(0));

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Heaviside();
}

public static partial class TensorMath
{
    /// <summary>max(x, 0); the derivative at 0 is 0.</summary>
    public static Tensor Relu(this Tensor x) => Dispatch.Unary<Relu>(x);
}
