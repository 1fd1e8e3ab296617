using Adjoint.Kernels;

namespace Adjoint;

/// <summary>e^x.</summary>
public readonly record struct Exp : IUnary
{
    public static string Name => "exp";

    public static Saves Saves => Saves.Output;

    public static bool InPairs => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Exp(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result;
}

public static partial class TensorMath
{
    /// <summary>e^x.</summary>
    public static Tensor Exp(this Tensor x) => Dispatch.Unary<Exp>(x);
}
