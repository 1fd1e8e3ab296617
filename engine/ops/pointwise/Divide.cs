using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x / y.</summary>
public readonly record struct Divide : IBinary
{
    public static string Name => "divide";

    public static Saves Saves => Saves.Second | Saves.Output;

    public static (double Low, double High) Domain => (0.3, 3);

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => x / y;

    public Tensor? Derive(Tensor t, int operand, Saved saved) => operand == 0 ? t / saved.Y : -(t * saved.Result / saved.Y);
}

public static partial class TensorMath
{
    /// <summary>x / y.</summary>
    public static Tensor Divide(this Tensor x, Tensor y) => Dispatch.Binary<Divide>(x, y);
}
