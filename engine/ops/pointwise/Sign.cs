using Adjoint.Kernels;

namespace Adjoint;

/// <summary>-1, 0 or 1; NaN stays NaN.</summary>
public readonly record struct Sign : IUnary
{
    public static string Name => "sign";

    public static Saves Saves => Saves.Nothing;

    public static bool TakesIntegers => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.IfLess(V.From(0), x, V.From(1), V.IfLess(x, V.From(0), V.From(-1), x));

    public Tensor? Derive(Tensor t, Saved saved) => null;
}

public static partial class TensorMath
{
    /// <summary>-1, 0 or 1; NaN stays NaN.</summary>
    public static Tensor Sign(this Tensor x) => Dispatch.Unary<Sign>(x);
}
