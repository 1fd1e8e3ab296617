using Adjoint.Kernels;

namespace Adjoint;

/// <summary>|x|; the derivative at 0 is 0.</summary>
public readonly record struct Abs : IUnary
{
    public static string Name => "abs";

    public static bool TakesIntegers => true;

    public static (double Low, double High) Domain => (-3, 3);

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Abs(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Sign();
}

public static partial class TensorMath
{
    /// <summary>|x|; the derivative at 0 is 0.</summary>
    public static Tensor Abs(this Tensor x) => Dispatch.Unary<Abs>(x);
}
