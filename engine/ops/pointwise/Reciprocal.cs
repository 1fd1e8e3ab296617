using Adjoint.Kernels;

namespace Adjoint;

/// <summary>1 / x.</summary>
public readonly record struct Reciprocal : IUnary
{
    public static string Name => "reciprocal";

    public static Saves Saves => Saves.Output;

    public static (double Low, double High) Domain => (0.3, 3);

    public V Apply<V>(V x) where V : struct, ILane<V> => V.From(1) / x;

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result * -saved.Result;
}

public static partial class TensorMath
{
    /// <summary>1 / x.</summary>
    public static Tensor Reciprocal(this Tensor x) => Dispatch.Unary<Reciprocal>(x);
}
