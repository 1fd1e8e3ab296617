using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Hyperbolic tangent.</summary>
public readonly record struct Tanh : IUnary
{
    public static string Name => "tanh";

    public static Saves Saves => Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Tanh(x);

    public Tensor? Derive(Tensor t, Saved saved) => t - (t * saved.Result.Square());
}

public static partial class TensorMath
{
    /// <summary>Hyperbolic tangent.</summary>
    public static Tensor Tanh(this Tensor x) => Dispatch.Unary<Tanh>(x);
}
