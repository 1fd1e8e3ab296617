namespace Adjoint.Kernels;

/// <summary>One f32: the lane of scalar code and of GPU threads.</summary>
public readonly struct Scalar32(float value) : ILane<Scalar32>
{
    public float Value { get; } = value;

    public static int Count => 1;

    public static bool IsDouble => false;

    public static Scalar32 From(double value) => new((float)value);

    public static Scalar32 Lowest => new(float.NegativeInfinity);

    public static Scalar32 Highest => new(float.PositiveInfinity);

    public static Scalar32 operator +(Scalar32 left, Scalar32 right) => new(left.Value + right.Value);

    public static Scalar32 operator -(Scalar32 left, Scalar32 right) => new(left.Value - right.Value);

    public static Scalar32 operator *(Scalar32 left, Scalar32 right) => new(left.Value * right.Value);

    public static Scalar32 operator /(Scalar32 left, Scalar32 right) => new(left.Value / right.Value);

    public static Scalar32 operator -(Scalar32 x) => new(-x.Value);

    public static Scalar32 Abs(Scalar32 x) => new(MathF.Abs(x.Value));

    public static Scalar32 Min(Scalar32 a, Scalar32 b) => new(MathF.Min(a.Value, b.Value));

    public static Scalar32 Max(Scalar32 a, Scalar32 b) => new(MathF.Max(a.Value, b.Value));

    public static Scalar32 Lesser(Scalar32 a, Scalar32 b) => IfLess(a, b, a, b);

    public static Scalar32 Greater(Scalar32 a, Scalar32 b) => IfLess(b, a, a, b);

    public static Scalar32 IfLess(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) => a.Value < b.Value ? then : otherwise;

    public static Scalar32 IfLessOrEqual(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) => a.Value <= b.Value ? then : otherwise;

    public static Scalar32 IfEqual(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) => a.Value == b.Value ? then : otherwise;

    public static Scalar32 Sqrt(Scalar32 x) => new(MathF.Sqrt(x.Value));

    public static Scalar32 MultiplyAdd(Scalar32 a, Scalar32 b, Scalar32 c) => new(MathF.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static Scalar32 Floor(Scalar32 x) => new(MathF.Floor(x.Value));

    public static Scalar32 Round(Scalar32 x) => new(MathF.Round(x.Value));

    public static Scalar32 CopySign(Scalar32 magnitude, Scalar32 sign) => new(MathF.CopySign(magnitude.Value, sign.Value));

    public static Scalar32 PowerOfTwo(Scalar32 k) => new(BitConverter.Int32BitsToSingle(((int)k.Value + 127) << 23));

    public static bool HasScale => false;

    public static Scalar32 Scale(Scalar32 x, Scalar32 k)
    {
        Scalar32 half = Floor(k * From(0.5));
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    public static Scalar32 AddExponent(Scalar32 x, Scalar32 shifted) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x.Value) + (BitConverter.SingleToInt32Bits(shifted.Value) << 23)));

    public static Scalar32 Split(Scalar32 x, out Scalar32 exponent)
    {
        int bits = BitConverter.SingleToInt32Bits(x.Value) - FloatBits.HalfOfSqrtTwo32;
        exponent = new(bits >> 23);
        return new(BitConverter.Int32BitsToSingle((bits & FloatBits.Fraction32) + FloatBits.HalfOfSqrtTwo32));
    }

    public static bool AllWithin(Scalar32 x, double bound) => MathF.Abs(x.Value) <= (float)bound;

    public static bool AnyNotNormal(Scalar32 x) => BitConverter.SingleToInt32Bits(x.Value) + FloatBits.NormalShift32 > FloatBits.NormalLimit32;

    public static bool AnyGreater(Scalar32 x, double bound) => x.Value > (float)bound;

    public static Scalar32 Map<TFunction>(Scalar32 x) where TFunction : struct, IScalarFunction => new(TFunction.Invoke(x.Value));

    public static Scalar32 Map<TFunction>(Scalar32 x, Scalar32 y) where TFunction : struct, IScalarBinaryFunction =>
        new(TFunction.Invoke(x.Value, y.Value));
}
