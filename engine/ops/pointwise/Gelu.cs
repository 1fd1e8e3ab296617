using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x Φ(x), exact. Hendrycks, Gimpel 2016.</summary>
public readonly record struct Gelu : IUnary
{
    public static string Name => "gelu";

    public static bool InPairs => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Gelu(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (saved.X.NormalCdf() + (saved.X * saved.X.NormalPdf()));
}

public static partial class TensorMath
{
    /// <summary>x Φ(x), exact. Hendrycks, Gimpel 2016.</summary>
    public static Tensor Gelu(this Tensor x) => Dispatch.Unary<Gelu>(x);
}
