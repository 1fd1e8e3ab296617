namespace Adjoint.Kernels.Gpu;

/// <summary>What the members of <see cref="Scalar64"/> are on a GPU: one rounded instruction each.</summary>
static class LaneMembers64
{
    public static Scalar64 Add(Scalar64 a, Scalar64 b) => new(Float64.Add(a.Value, b.Value));

    public static Scalar64 Subtract(Scalar64 a, Scalar64 b) => new(Float64.Subtract(a.Value, b.Value));

    public static Scalar64 Multiply(Scalar64 a, Scalar64 b) => new(Float64.Multiply(a.Value, b.Value));

    public static Scalar64 Divide(Scalar64 a, Scalar64 b) => new(Float64.Divide(a.Value, b.Value));

    public static Scalar64 Negate(Scalar64 x) => new(Float64.Negate(x.Value));

    public static Scalar64 Abs(Scalar64 x) => new(Float64.Abs(x.Value));

    public static Scalar64 Min(Scalar64 a, Scalar64 b) => new(Float64.Min(a.Value, b.Value));

    public static Scalar64 Max(Scalar64 a, Scalar64 b) => new(Float64.Max(a.Value, b.Value));

    public static Scalar64 IfLess(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) =>
        new(Float64.IfLess(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar64 IfLessOrEqual(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) =>
        new(Float64.IfLessOrEqual(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar64 IfEqual(Scalar64 a, Scalar64 b, Scalar64 then, Scalar64 otherwise) =>
        new(Float64.IfEqual(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar64 Sqrt(Scalar64 x) => new(Float64.Sqrt(x.Value));

    public static Scalar64 MultiplyAdd(Scalar64 a, Scalar64 b, Scalar64 c) => new(Float64.MultiplyAdd(a.Value, b.Value, c.Value));

    public static Scalar64 Floor(Scalar64 x) => new(Float64.Floor(x.Value));

    public static Scalar64 Round(Scalar64 x) => new(Float64.Round(x.Value));

    public static Scalar64 CopySign(Scalar64 magnitude, Scalar64 sign) => new(Float64.CopySign(magnitude.Value, sign.Value));

    public static Scalar64 PowerOfTwo(Scalar64 k) => new(Float64.FromBits((Float64.ToInt(k.Value) + 1023) << 52));

    public static Scalar64 AddExponent(Scalar64 x, Scalar64 shifted) => new(Float64.FromBits(Float64.Bits(x.Value) + (Float64.Bits(shifted.Value) << 52)));

    public static Scalar64 Split(Scalar64 x, out Scalar64 exponent)
    {
        long bits = Float64.Bits(x.Value) - FloatBits.HalfOfSqrtTwo64;
        exponent = new(Float64.FromInt(bits >> 52));
        return new(Float64.FromBits((bits & FloatBits.Fraction64) + FloatBits.HalfOfSqrtTwo64));
    }
}
