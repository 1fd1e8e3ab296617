using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x - y.</summary>
public readonly record struct Subtract : IBinary
{
    public static string Name => "subtract";

    public static Saves Saves => Saves.Nothing;

    public static bool TakesIntegers => true;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => x - y;

    public Tensor? Derive(Tensor t, int operand, Saved saved) => operand == 0 ? t : -t;
}

public static partial class TensorMath
{
    /// <summary>x - y.</summary>
    public static Tensor Subtract(this Tensor x, Tensor y) => Dispatch.Binary<Subtract>(x, y);
}
