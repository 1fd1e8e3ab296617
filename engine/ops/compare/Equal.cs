using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>x = y, as a mask.</summary>
public readonly struct Equal : INamedComparison
{
    public static string Name => "equal";

    public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T> => x == y;

    public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => Vector256.Equals(x, y);
}

public static partial class TensorMath
{
    /// <summary>x = y, as a mask; operands broadcast.</summary>
    public static Tensor Equal(this Tensor x, Tensor y) => Dispatch.Run(new Comparison<Equal>(), x, y);

    /// <summary>x = y, as a mask.</summary>
    public static Tensor Equal(this Tensor x, double y) => x.Equal(Tensor.Full(Shape.Scalar, y, x.DType, x.Device));
}
