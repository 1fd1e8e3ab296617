using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x · sigmoid(x).</summary>
public readonly record struct Silu : IUnary
{
    public static string Name => "silu";

    public static bool InPairs => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => x * Elementary.Sigmoid(x);

    public Tensor? Derive(Tensor t, Saved saved)
    {
        Tensor sigmoid = saved.X.Sigmoid();
        return t * (sigmoid + (saved.X * (sigmoid - sigmoid.Square())));
    }
}

public static partial class TensorMath
{
    /// <summary>x · sigmoid(x).</summary>
    public static Tensor Silu(this Tensor x) => Dispatch.Unary<Silu>(x);
}
