using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Smaller of x and y; NaN if either is NaN. Where they are equal, the derivative is split in halves.</summary>
public readonly record struct Minimum : IBinary
{
    public static string Name => "minimum";

    public static bool TakesIntegers => true;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => V.Min(x, y);

    public Tensor? Derive(Tensor t, int operand, Saved saved) => t * Share(operand == 0 ? saved.X : saved.Y, operand == 0 ? saved.Y : saved.X, t.DType);

    // 1 where the operand alone is chosen, a half where both are equal.
    static Tensor Share(Tensor own, Tensor other, DType type) =>
        (own.Less(other).To(type) + own.LessOrEqual(other).To(type)).Affine(0.5, 0);
}

public static partial class TensorMath
{
    /// <summary>Smaller of x and y; NaN if either is NaN. Where they are equal, the derivative is split in halves.</summary>
    public static Tensor Minimum(this Tensor x, Tensor y) => Dispatch.Binary<Minimum>(x, y);
}
