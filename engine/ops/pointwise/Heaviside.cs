using Adjoint.Kernels;

namespace Adjoint;

/// <summary>1 where x > 0, else 0: the derivative of relu. NaN stays NaN.</summary>
public readonly record struct Heaviside : IUnary
{
    public static string Name => "heaviside";

    public static Saves Saves => Saves.Nothing;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.IfLess(V.From(0), x, V.From(1), V.IfLessOrEqual(x, V.From(0), V.From(0), x));

    public Tensor? Derive(Tensor t, Saved saved) => null;
}

public static partial class TensorMath
{
    /// <summary>1 where x > 0, else 0: the derivative of relu. NaN stays NaN.</summary>
    public static Tensor Heaviside(this Tensor x) => Dispatch.Unary<Heaviside>(x);
}
