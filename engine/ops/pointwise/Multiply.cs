using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x · y.</summary>
public readonly record struct Multiply : IBinary
{
    public static string Name => "multiply";

    public static bool TakesIntegers => true;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => x * y;

    public Tensor? Derive(Tensor t, int operand, Saved saved) => operand == 0 ? t * saved.Y : t * saved.X;
}

public static partial class TensorMath
{
    /// <summary>x · y.</summary>
    public static Tensor Multiply(this Tensor x, Tensor y) => Dispatch.Binary<Multiply>(x, y);
}
