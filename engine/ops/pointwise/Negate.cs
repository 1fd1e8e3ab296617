using Adjoint.Kernels;

namespace Adjoint;

/// <summary>-x.</summary>
public readonly record struct Negate : IUnary
{
    public static string Name => "negate";

    public static Saves Saves => Saves.Nothing;

    public static bool TakesIntegers => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => -x;

    public Tensor? Derive(Tensor t, Saved saved) => -t;
}

public static partial class TensorMath
{
    /// <summary>-x.</summary>
    public static Tensor Negate(this Tensor x) => Dispatch.Unary<Negate>(x);
}
