using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Natural logarithm; NaN below 0.</summary>
public readonly record struct Log : IUnary
{
    public static string Name => "log";

    public static (double Low, double High) Domain => (0.2, 4);

    public static bool InPairs => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Log(x);

    public Tensor? Derive(Tensor t, Saved saved) => t / saved.X;
}

public static partial class TensorMath
{
    /// <summary>Natural logarithm; NaN below 0.</summary>
    public static Tensor Log(this Tensor x) => Dispatch.Unary<Log>(x);
}
