using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x².</summary>
public readonly record struct Square : IUnary
{
    public static string Name => "square";

    public static bool TakesIntegers => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => x * x;

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Affine(2, 0);
}

public static partial class TensorMath
{
    /// <summary>x².</summary>
    public static Tensor Square(this Tensor x) => Dispatch.Unary<Square>(x);
}
