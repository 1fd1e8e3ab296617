namespace Adjoint.Kernels;

/// <summary>One f64: the lane of scalar code and of GPU threads.</summary>
public readonly struct Scalar64(double value) : ILane<Scalar64>
{
    public double Value { get; } = value;

    public static int Count => 1;

    public static bool IsDouble => true;

    public static Scalar64 From(double value) => new(value);

    public static Scalar64 Lowest => new(double.NegativeInfinity);

    public static Scalar64 Highest => new(double.PositiveInfinity);

    public static Scalar64 operator +(Scalar64 left, Scalar64 right) => new(left.Value + right.Value);

    public static Scalar64 operator -(Scalar64 left, Scalar64 right) => new(left.Value - right.Value);

    public static Scalar64 operator *(Scalar64 left, Scalar64 right) => new(left.Value * right.Value);

    public static Scalar64 operator /(Scalar64 left, Scalar64 right) => new(left.Value / right.Value);

    public static Scalar64 operator -(Scalar64 x) => new(-x.Value);

    public static Scalar64 Abs(Scalar64 x) => new(Math.Abs(x.Value));

    public static Scalar64 Min(Scalar64 a, Scalar64 b) => new(Math.Min(a.Value, b.Value));

    public static Scalar64 Max(Scalar64 a, Scalar64 b) => new(Math.Max(a.Value, b.Value));

    public static Scalar64 Lesser(Scalar64 a, Scalar64 b) => IfLess(a, b, a, b);

    public static Scalar64 Greater(Scalar64 a, Scalar64 b) => IfLess(b, a, a, b);

    public static Scalar64 IfLess(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) => a.Value < b.Value ? then : otherwise;

    public static Scalar64 IfLessOrEqual(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) => a.Value <= b.Value ? then : otherwise;

    public static Scalar64 IfEqual(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) => a.Value == b.Value ? then : otherwise;

    public static Scalar64 Sqrt(Scalar64 x) => new(Math.Sqrt(x.Value));

    public static Scalar64 MultiplyAdd(Scalar64 a, Scalar64 b, Scalar64 c) => new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static Scalar64 Floor(Scalar64 x) => new(Math.Floor(x.Value));

    public static Scalar64 Round(Scalar64 x) => new(Math.Round(x.Value));

    public static Scalar64 CopySign(Scalar64 magnitude, Scalar64 sign) => new(Math.CopySign(magnitude.Value, sign.Value));

    public static Scalar64 PowerOfTwo(Scalar64 k) => new(BitConverter.Int64BitsToDouble(((long)k.Value + 1023) << 52));

    public static bool HasScale => false;

    public static Scalar64 Scale(Scalar64 x, Scalar64 k)
    {
        Scalar64 half = Floor(k * From(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    public static Scalar64 AddExponent(Scalar64 x, Scalar64 shifted) =>
        new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x.Value) + (BitConverter.DoubleToInt64Bits(shifted.Value) << 52)));

    public static Scalar64 Split(Scalar64 x, out Scalar64 exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(x.Value) - FloatBits.HalfOfSqrtTwo64;
        exponent = new(bits >> 52);
        return new(BitConverter.Int64BitsToDouble((bits & FloatBits.Fraction64) + FloatBits.HalfOfSqrtTwo64));
    }

    public static bool AllWithin(Scalar64 x, double bound) => Math.Abs(x.Value) <= bound;

    public static bool AnyNotNormal(Scalar64 x) => BitConverter.DoubleToInt64Bits(x.Value) + FloatBits.NormalShift64 > FloatBits.NormalLimit64;

    public static bool AnyGreater(Scalar64 x, double bound) => x.Value > bound;

    public static Scalar64 Map<TFunction>(Scalar64 x) where TFunction : struct, IScalarFunction => new(TFunction.Invoke(x.Value));

    public static Scalar64 Map<TFunction>(Scalar64 x, Scalar64 y) where TFunction : struct, IScalarBinaryFunction =>
        new(TFunction.Invoke(x.Value, y.Value));
}
