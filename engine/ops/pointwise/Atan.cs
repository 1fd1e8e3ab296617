using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Arctangent, in radians.</summary>
public readonly record struct Atan : IUnary
{
    public static string Name => "atan";

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Atan(x);

    public Tensor? Derive(Tensor t, Saved saved) => t / saved.X.Square().Affine(1, 1);
}

public static partial class TensorMath
{
    /// <summary>Arctangent, in radians.</summary>
    public static Tensor Atan(this Tensor x) => Dispatch.Unary<Atan>(x);
}
