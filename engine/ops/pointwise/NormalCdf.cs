using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Φ(x), the standard normal distribution function.</summary>
public readonly record struct NormalCdf : IUnary
{
    public static string Name => "normal_cdf";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.NormalCdf(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.NormalPdf();
}

public static partial class TensorMath
{
    /// <summary>Φ(x), the standard normal distribution function.</summary>
    public static Tensor NormalCdf(this Tensor x) => Dispatch.Unary<NormalCdf>(x);
}
