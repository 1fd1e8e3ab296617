using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>x &gt; y, as a mask.</summary>
public readonly struct Greater : INamedComparison
{
    public static string Name => "greater";

    public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T> => x > y;

    public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => Vector256.GreaterThan(x, y);
}

public static partial class TensorMath
{
    /// <summary>x &gt; y, as a mask; operands broadcast.</summary>
    public static Tensor Greater(this Tensor x, Tensor y) => Dispatch.Run(new Comparison<Greater>(), x, y);

    /// <summary>x &gt; y, as a mask.</summary>
    public static Tensor Greater(this Tensor x, double y) => x.Greater(Tensor.Full(Shape.Scalar, y, x.DType, x.Device));
}
