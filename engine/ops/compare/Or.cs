using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>Either of two masks.</summary>
public readonly struct Or : INamedComparison
{
    public static string Name => "or";

    public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T>
    {
        bool a = !T.IsZero(x), b = !T.IsZero(y);
        return a | b;
    }

    public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => ~(Vector256.Equals(x, Vector256<T>.Zero) & Vector256.Equals(y, Vector256<T>.Zero));
}

public static partial class TensorMath
{
    /// <summary>Either of two masks, which broadcast.</summary>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public static Tensor Or(this Tensor x, Tensor y)
    {
        Require.Type("or", "the first operand", x, DType.Bool);
        return Dispatch.Run(new Comparison<Or>(), x, y);
    }
}
