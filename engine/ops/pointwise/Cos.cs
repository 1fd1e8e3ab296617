using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Cosine of x in radians.</summary>
public readonly record struct Cos : IUnary
{
    public static string Name => "cos";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Cos(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * -saved.X.Sin();
}

public static partial class TensorMath
{
    /// <summary>Cosine of x in radians.</summary>
    public static Tensor Cos(this Tensor x) => Dispatch.Unary<Cos>(x);
}
