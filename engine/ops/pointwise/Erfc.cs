using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Complementary error function 1 - erf(x), exact in the right tail.</summary>
public readonly record struct Erfc : IUnary
{
    public static string Name => "erfc";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erfc(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (-saved.X.Square()).Exp().Affine(-1.1283791670955125738961589031215, 0);
}

public static partial class TensorMath
{
    /// <summary>Complementary error function 1 - erf(x), exact in the right tail.</summary>
    public static Tensor Erfc(this Tensor x) => Dispatch.Unary<Erfc>(x);
}
