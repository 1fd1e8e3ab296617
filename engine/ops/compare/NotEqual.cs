using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>x ≠ y, as a mask.</summary>
public readonly struct NotEqual : INamedComparison
{
    public static string Name => "not_equal";

    public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T> => x != y;

    public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => ~Vector256.Equals(x, y);
}

public static partial class TensorMath
{
    /// <summary>x ≠ y, as a mask; operands broadcast.</summary>
    public static Tensor NotEqual(this Tensor x, Tensor y) => Dispatch.Run(new Comparison<NotEqual>(), x, y);

    /// <summary>x ≠ y, as a mask.</summary>
    public static Tensor NotEqual(this Tensor x, double y) => x.NotEqual(Tensor.Full(Shape.Scalar, y, x.DType, x.Device));
}
