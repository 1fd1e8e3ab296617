using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x^y; NaN for a negative x unless y is a whole number.</summary>
public readonly record struct Pow : IBinary
{
    public static string Name => "pow";

    public static Saves Saves => Saves.Inputs | Saves.Output;

    public static (double Low, double High) Domain => (0.3, 3);

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => Elementary.Pow(x, y);

    public Tensor? Derive(Tensor t, int operand, Saved saved) => operand == 0
        ? t * saved.Y * saved.X.Pow(ExponentOfDerivative(saved.X, saved.Y))
        : t * saved.Result * TensorMath.Where(saved.X.Equal(0), saved.X.OnesLike(), saved.X).Log();

    // y - 1, but 0 at 0^0, where the factor y is 0 and must not meet an infinity.
    static Tensor ExponentOfDerivative(Tensor x, Tensor y)
    {
        Tensor less = y.Affine(1, -1);
        return TensorMath.Where(x.Equal(0).And(y.Equal(0)), Tensor.Zeros(Shape.Scalar, y.DType, y.Device), less);
    }
}

public static partial class TensorMath
{
    /// <summary>x^y; NaN for a negative x unless y is a whole number.</summary>
    public static Tensor Pow(this Tensor x, Tensor y) => Dispatch.Binary<Pow>(x, y);
}
