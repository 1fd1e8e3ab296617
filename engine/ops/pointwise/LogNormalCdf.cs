using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Φ(x), finite far into the left tail.</summary>
public readonly record struct LogNormalCdf : IUnary
{
    public static string Name => "log_normal_cdf";

    public static Saves Saves => Saves.First | Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.LogNormalCdf(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (saved.X.Square().Affine(-0.5, -0.91893853320467274178032973640562) - saved.Result).Exp();
}

public static partial class TensorMath
{
    /// <summary>log Φ(x), finite far into the left tail.</summary>
    public static Tensor LogNormalCdf(this Tensor x) => Dispatch.Unary<LogNormalCdf>(x);
}
