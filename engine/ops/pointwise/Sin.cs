using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Sine of x in radians.</summary>
public readonly record struct Sin : IUnary
{
    public static string Name => "sin";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sin(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Cos();
}

public static partial class TensorMath
{
    /// <summary>Sine of x in radians.</summary>
    public static Tensor Sin(this Tensor x) => Dispatch.Unary<Sin>(x);
}
