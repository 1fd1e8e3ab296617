using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>x &lt; y, as a mask.</summary>
public readonly struct Less : INamedComparison
{
    public static string Name => "less";

    public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T> => x < y;

    public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => Vector256.LessThan(x, y);
}

public static partial class TensorMath
{
    /// <summary>x &lt; y, as a mask; operands broadcast.</summary>
    public static Tensor Less(this Tensor x, Tensor y) => Dispatch.Run(new Comparison<Less>(), x, y);

    /// <summary>x &lt; y, as a mask.</summary>
    public static Tensor Less(this Tensor x, double y) => x.Less(Tensor.Full(Shape.Scalar, y, x.DType, x.Device));
}
