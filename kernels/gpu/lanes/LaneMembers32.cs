namespace Adjoint.Kernels.Gpu;

/// <summary>What the members of <see cref="Scalar32"/> are on a GPU: one rounded instruction each.</summary>
static class LaneMembers32
{
    public static Scalar32 Add(Scalar32 a, Scalar32 b) => new(Float32.Add(a.Value, b.Value));

    public static Scalar32 Subtract(Scalar32 a, Scalar32 b) => new(Float32.Subtract(a.Value, b.Value));

    public static Scalar32 Multiply(Scalar32 a, Scalar32 b) => new(Float32.Multiply(a.Value, b.Value));

    public static Scalar32 Divide(Scalar32 a, Scalar32 b) => new(Float32.Divide(a.Value, b.Value));

    public static Scalar32 Negate(Scalar32 x) => new(Float32.Negate(x.Value));

    public static Scalar32 Abs(Scalar32 x) => new(Float32.Abs(x.Value));

    public static Scalar32 Min(Scalar32 a, Scalar32 b) => new(Float32.Min(a.Value, b.Value));

    public static Scalar32 Max(Scalar32 a, Scalar32 b) => new(Float32.Max(a.Value, b.Value));

    public static Scalar32 IfLess(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) =>
        new(Float32.IfLess(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar32 IfLessOrEqual(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) =>
        new(Float32.IfLessOrEqual(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar32 IfEqual(Scalar32 a, Scalar32 b, Scalar32 then, Scalar32 otherwise) =>
        new(Float32.IfEqual(a.Value, b.Value, then.Value, otherwise.Value));

    public static Scalar32 Sqrt(Scalar32 x) => new(Float32.Sqrt(x.Value));

    public static Scalar32 MultiplyAdd(Scalar32 a, Scalar32 b, Scalar32 c) => new(Float32.MultiplyAdd(a.Value, b.Value, c.Value));

    public static Scalar32 Floor(Scalar32 x) => new(Float32.Floor(x.Value));

    public static Scalar32 Round(Scalar32 x) => new(Float32.Round(x.Value));

    public static Scalar32 CopySign(Scalar32 magnitude, Scalar32 sign) => new(Float32.CopySign(magnitude.Value, sign.Value));

    public static Scalar32 PowerOfTwo(Scalar32 k) => new(Float32.FromBits((Float32.ToInt(k.Value) + 127) << 23));

    public static Scalar32 AddExponent(Scalar32 x, Scalar32 shifted) => new(Float32.FromBits(Float32.Bits(x.Value) + (Float32.Bits(shifted.Value) << 23)));

    public static Scalar32 Split(Scalar32 x, out Scalar32 exponent)
    {
        int bits = Float32.Bits(x.Value) - FloatBits.HalfOfSqrtTwo32;
        exponent = new(Float32.FromInt(bits >> 23));
        return new(Float32.FromBits((bits & FloatBits.Fraction32) + FloatBits.HalfOfSqrtTwo32));
    }
}
