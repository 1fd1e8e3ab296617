using Adjoint.Kernels;

namespace Adjoint;

/// <summary>e^x - 1, accurate near 0.</summary>
public readonly record struct Expm1 : IUnary
{
    public static string Name => "expm1";

    public static Saves Saves => Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Expm1(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result.Affine(1, 1);
}

public static partial class TensorMath
{
    /// <summary>e^x - 1, accurate near 0.</summary>
    public static Tensor Expm1(this Tensor x) => Dispatch.Unary<Expm1>(x);
}
