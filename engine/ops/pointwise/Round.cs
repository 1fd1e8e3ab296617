using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Nearest integer, halves to even.</summary>
public readonly record struct Round : IUnary
{
    public static string Name => "round";

    public static Saves Saves => Saves.Nothing;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Round(x);

    public Tensor? Derive(Tensor t, Saved saved) => null;
}

public static partial class TensorMath
{
    /// <summary>Nearest integer, halves to even.</summary>
    public static Tensor Round(this Tensor x) => Dispatch.Unary<Round>(x);
}
