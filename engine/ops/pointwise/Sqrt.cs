using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Square root; NaN below 0.</summary>
public readonly record struct Sqrt : IUnary
{
    public static string Name => "sqrt";

    public static Saves Saves => Saves.Output;

    public static (double Low, double High) Domain => (0.2, 4);

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Sqrt(x);

    public Tensor? Derive(Tensor t, Saved saved) => t / saved.Result.Affine(2, 0);
}

public static partial class TensorMath
{
    /// <summary>Square root; NaN below 0.</summary>
    public static Tensor Sqrt(this Tensor x) => Dispatch.Unary<Sqrt>(x);
}
