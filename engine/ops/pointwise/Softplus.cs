using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log(1 + e^x), without overflow.</summary>
public readonly record struct Softplus : IUnary
{
    public static string Name => "softplus";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Softplus(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Sigmoid();
}

public static partial class TensorMath
{
    /// <summary>log(1 + e^x), without overflow.</summary>
    public static Tensor Softplus(this Tensor x) => Dispatch.Unary<Softplus>(x);
}
