using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Error function 2/√π ∫₀ˣ e^(-t²) dt.</summary>
public readonly record struct Erf : IUnary
{
    public static string Name => "erf";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erf(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (-saved.X.Square()).Exp().Affine(1.1283791670955125738961589031215, 0);
}

public static partial class TensorMath
{
    /// <summary>Error function 2/√π ∫₀ˣ e^(-t²) dt.</summary>
    public static Tensor Erf(this Tensor x) => Dispatch.Unary<Erf>(x);
}
