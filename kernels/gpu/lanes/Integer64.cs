namespace Adjoint.Kernels.Gpu;

/// <summary>One i64 as a lane, wrapping around as the registers of the CPU do. Members that have a meaning for floats alone give their first argument back.</summary>
public readonly struct Integer64(long value) : ILane<Integer64>
{
    public long Value { get; } = value;

    public static int Count => 1;

    public static bool IsDouble => false;

    public static Integer64 From(double value) => new((long)value);

    public static Integer64 Lowest => new(long.MinValue);

    public static Integer64 Highest => new(long.MaxValue);

    public static Integer64 operator +(Integer64 left, Integer64 right) => new(unchecked(left.Value + right.Value));

    public static Integer64 operator -(Integer64 left, Integer64 right) => new(unchecked(left.Value - right.Value));

    public static Integer64 operator *(Integer64 left, Integer64 right) => new(unchecked(left.Value * right.Value));

    public static Integer64 operator /(Integer64 left, Integer64 right) => new(left.Value / right.Value);

    public static Integer64 operator -(Integer64 x) => new(unchecked(-x.Value));

    public static Integer64 Abs(Integer64 x) => new(x.Value < 0 ? unchecked(-x.Value) : x.Value);

    public static Integer64 Min(Integer64 a, Integer64 b) => new(a.Value < b.Value ? a.Value : b.Value);

    public static Integer64 Max(Integer64 a, Integer64 b) => new(a.Value < b.Value ? b.Value : a.Value);

    public static Integer64 Lesser(Integer64 a, Integer64 b) => IfLess(a, b, a, b);

    public static Integer64 Greater(Integer64 a, Integer64 b) => IfLess(b, a, a, b);

    public static Integer64 IfLess(Integer64 a, Integer64 b, Integer64 then, Integer64 otherwise) => a.Value < b.Value ? then : otherwise;

    public static Integer64 IfLessOrEqual(Integer64 a, Integer64 b, Integer64 then, Integer64 otherwise) => a.Value <= b.Value ? then : otherwise;

    public static Integer64 IfEqual(Integer64 a, Integer64 b, Integer64 then, Integer64 otherwise) => a.Value == b.Value ? then : otherwise;

    public static Integer64 Sqrt(Integer64 x) => x;

    public static Integer64 MultiplyAdd(Integer64 a, Integer64 b, Integer64 c) => (a * b) + c;

    public static Integer64 Floor(Integer64 x) => x;

    public static Integer64 Round(Integer64 x) => x;

    public static Integer64 CopySign(Integer64 magnitude, Integer64 sign) => magnitude;

    public static Integer64 PowerOfTwo(Integer64 k) => k;

    public static bool HasScale => false;

    public static Integer64 Scale(Integer64 x, Integer64 k) => x;

    public static Integer64 AddExponent(Integer64 x, Integer64 shifted) => x;

    public static Integer64 Split(Integer64 x, out Integer64 exponent)
    {
        exponent = x;
        return x;
    }

    public static bool AllWithin(Integer64 x, double bound) => true;

    public static bool AnyNotNormal(Integer64 x) => false;

    public static bool AnyGreater(Integer64 x, double bound) => false;

    public static Integer64 Map<TFunction>(Integer64 x) where TFunction : struct, IScalarFunction => x;

    public static Integer64 Map<TFunction>(Integer64 x, Integer64 y) where TFunction : struct, IScalarBinaryFunction => x;
}
