using Adjoint.Kernels;

namespace Adjoint;

/// <summary>1 / (1 + e^-x).</summary>
public readonly record struct Sigmoid : IUnary
{
    public static string Name => "sigmoid";

    public static Saves Saves => Saves.Output;

    public static bool InPairs => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sigmoid(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (saved.Result - saved.Result.Square());
}

public static partial class TensorMath
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static Tensor Sigmoid(this Tensor x) => Dispatch.Unary<Sigmoid>(x);
}
