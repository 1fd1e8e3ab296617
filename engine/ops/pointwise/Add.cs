using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x + y.</summary>
public readonly record struct Add : IBinary
{
    public static string Name => "add";

    public static Saves Saves => Saves.Nothing;

    public static bool TakesIntegers => true;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => x + y;

    public Tensor? Derive(Tensor t, int operand, Saved saved) => t;
}

public static partial class TensorMath
{
    /// <summary>x + y.</summary>
    public static Tensor Add(this Tensor x, Tensor y) => Dispatch.Binary<Add>(x, y);
}
