using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Largest integer not above x.</summary>
public readonly record struct Floor : IUnary
{
    public static string Name => "floor";

    public static Saves Saves => Saves.Nothing;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Floor(x);

    public Tensor? Derive(Tensor t, Saved saved) => null;
}

public static partial class TensorMath
{
    /// <summary>Largest integer not above x.</summary>
    public static Tensor Floor(this Tensor x) => Dispatch.Unary<Floor>(x);
}
