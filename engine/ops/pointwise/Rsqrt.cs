using Adjoint.Kernels;

namespace Adjoint;

/// <summary>1 / sqrt(x).</summary>
public readonly record struct Rsqrt : IUnary
{
    public static string Name => "rsqrt";

    public static Saves Saves => Saves.Output;

    public static (double Low, double High) Domain => (0.2, 4);

    public V Apply<V>(V x) where V : struct, ILane<V> => V.From(1) / V.Sqrt(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result * saved.Result * saved.Result.Affine(-0.5, 0);
}

public static partial class TensorMath
{
    /// <summary>1 / sqrt(x).</summary>
    public static Tensor Rsqrt(this Tensor x) => Dispatch.Unary<Rsqrt>(x);
}
