namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>The opposite mask.</summary>
    /// <exception cref="DTypeException">x is not bool.</exception>
    public static Tensor Not(this Tensor x) => x.Xor(Tensor.Ones(Shape.Scalar, DType.Bool, x.Device));
}
