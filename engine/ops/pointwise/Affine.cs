using Adjoint.Kernels;

namespace Adjoint;

/// <summary>scale · x + shift, in one pass and two roundings.</summary>
public readonly record struct Affine(double Scale, double Shift) : IUnary
{
    public static string Name => "affine";

    public static Saves Saves => Saves.Nothing;

    public static bool TakesIntegers => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => (x * V.From(Scale)) + V.From(Shift);

    public Tensor? Derive(Tensor t, Saved saved) => t.Affine(Scale, 0);
}

public static partial class TensorMath
{
    /// <summary>scale · x + shift, in one pass and two roundings.</summary>
    /// <exception cref="DTypeException">x holds integers and a constant is none.</exception>
    public static Tensor Affine(this Tensor x, double scale, double shift)
    {
        Require.Constant("affine", x.DType, scale);
        Require.Constant("affine", x.DType, shift);
        return Dispatch.Run(new Unary<Affine>(new Affine(scale, shift)), x);
    }
}
