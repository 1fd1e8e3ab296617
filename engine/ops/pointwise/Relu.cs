using Adjoint.Kernels;

namespace Adjoint;

/// <summary>max(x, 0); the derivative at 0 is 0.</summary>
public readonly record struct Relu : IUnary
{
    public static string Name => "relu";

    // The result is above 0 where the operand is, and networks keep results anyway.
    public static Saves Saves => Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Max(x, V.From(0));

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result.Heaviside();
}

public static partial class TensorMath
{
    /// <summary>max(x, 0); the derivative at 0 is 0.</summary>
    public static Tensor Relu(this Tensor x) => Dispatch.Unary<Relu>(x);
}
