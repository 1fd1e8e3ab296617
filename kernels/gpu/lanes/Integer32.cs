namespace Adjoint.Kernels.Gpu;

/// <summary>One i32 as a lane, wrapping around as the registers of the CPU do. Members that have a meaning for floats alone give their first argument back.</summary>
public readonly struct Integer32(int value) : ILane<Integer32>
{
    public int Value { get; } = value;

    public static int Count => 1;

    public static bool IsDouble => false;

    public static Integer32 From(double value) => new((int)value);

    public static Integer32 Lowest => new(int.MinValue);

    public static Integer32 Highest => new(int.MaxValue);

    public static Integer32 operator +(Integer32 left, Integer32 right) => new(unchecked(left.Value + right.Value));

    public static Integer32 operator -(Integer32 left, Integer32 right) => new(unchecked(left.Value - right.Value));

    public static Integer32 operator *(Integer32 left, Integer32 right) => new(unchecked(left.Value * right.Value));

    public static Integer32 operator /(Integer32 left, Integer32 right) => new(left.Value / right.Value);

    public static Integer32 operator -(Integer32 x) => new(unchecked(-x.Value));

    public static Integer32 Abs(Integer32 x) => new(x.Value < 0 ? unchecked(-x.Value) : x.Value);

    public static Integer32 Min(Integer32 a, Integer32 b) => new(a.Value < b.Value ? a.Value : b.Value);

    public static Integer32 Max(Integer32 a, Integer32 b) => new(a.Value < b.Value ? b.Value : a.Value);

    public static Integer32 Lesser(Integer32 a, Integer32 b) => IfLess(a, b, a, b);

    public static Integer32 Greater(Integer32 a, Integer32 b) => IfLess(b, a, a, b);

    public static Integer32 IfLess(Integer32 a, Integer32 b, Integer32 then, Integer32 otherwise) => a.Value < b.Value ? then : otherwise;

    public static Integer32 IfLessOrEqual(Integer32 a, Integer32 b, Integer32 then, Integer32 otherwise) => a.Value <= b.Value ? then : otherwise;

    public static Integer32 IfEqual(Integer32 a, Integer32 b, Integer32 then, Integer32 otherwise) => a.Value == b.Value ? then : otherwise;

    public static Integer32 Sqrt(Integer32 x) => x;

    public static Integer32 MultiplyAdd(Integer32 a, Integer32 b, Integer32 c) => (a * b) + c;

    public static Integer32 Floor(Integer32 x) => x;

    public static Integer32 Round(Integer32 x) => x;

    public static Integer32 CopySign(Integer32 magnitude, Integer32 sign) => magnitude;

    public static Integer32 PowerOfTwo(Integer32 k) => k;

    public static bool HasScale => false;

    public static Integer32 Scale(Integer32 x, Integer32 k) => x;

    public static Integer32 AddExponent(Integer32 x, Integer32 shifted) => x;

    public static Integer32 Split(Integer32 x, out Integer32 exponent)
    {
        exponent = x;
        return x;
    }

    public static bool AllWithin(Integer32 x, double bound) => true;

    public static bool AnyNotNormal(Integer32 x) => false;

    public static bool AnyGreater(Integer32 x, double bound) => false;

    public static Integer32 Map<TFunction>(Integer32 x) where TFunction : struct, IScalarFunction => x;

    public static Integer32 Map<TFunction>(Integer32 x, Integer32 y) where TFunction : struct, IScalarBinaryFunction => x;
}
