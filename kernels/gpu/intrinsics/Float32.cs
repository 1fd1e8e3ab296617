using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// f32 arithmetic, one rounded instruction each. ILGPU's own forms are not usable where bits matter: it folds sums of constants, drops NaN in minima, swaps the
/// operands of a copied sign, turns comparisons around, and has no fused multiply-add. The body of each is its meaning.
/// </summary>
static class Float32
{
    [Ptx("add.rn.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Add(float a, float b) => a + b;

    [Ptx("sub.rn.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Subtract(float a, float b) => a - b;

    [Ptx("mul.rn.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Multiply(float a, float b) => a * b;

    [Ptx("div.rn.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Divide(float a, float b) => a / b;

    [Ptx("neg.f32 $r, $0;"), IntrinsicImplementation]
    public static float Negate(float x) => -x;

    [Ptx("abs.f32 $r, $0;"), IntrinsicImplementation]
    public static float Abs(float x) => MathF.Abs(x);

    [Ptx("min.NaN.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Min(float a, float b) => MathF.Min(a, b);

    [Ptx("max.NaN.f32 $r, $0, $1;"), IntrinsicImplementation]
    public static float Max(float a, float b) => MathF.Max(a, b);

    [Ptx("{ .reg .pred p; setp.lt.f32 p, $0, $1; selp.f32 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static float IfLess(float a, float b, float then, float otherwise) => a < b ? then : otherwise;

    [Ptx("{ .reg .pred p; setp.le.f32 p, $0, $1; selp.f32 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static float IfLessOrEqual(float a, float b, float then, float otherwise) => a <= b ? then : otherwise;

    [Ptx("{ .reg .pred p; setp.eq.f32 p, $0, $1; selp.f32 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static float IfEqual(float a, float b, float then, float otherwise) => a == b ? then : otherwise;

    [Ptx("sqrt.rn.f32 $r, $0;"), IntrinsicImplementation]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [Ptx("fma.rn.f32 $r, $0, $1, $2;"), IntrinsicImplementation]
    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [Ptx("cvt.rmi.f32.f32 $r, $0;"), IntrinsicImplementation]
    public static float Floor(float x) => MathF.Floor(x);

    [Ptx("cvt.rni.f32.f32 $r, $0;"), IntrinsicImplementation]
    public static float Round(float x) => MathF.Round(x);

    // The instruction names the sign first.
    [Ptx("copysign.f32 $r, $1, $0;"), IntrinsicImplementation]
    public static float CopySign(float magnitude, float sign) => MathF.CopySign(magnitude, sign);

    /// <summary>Truncates; NaN gives 0, and what does not fit the nearest number that does.</summary>
    [Ptx("cvt.rzi.s32.f32 $r, $0;"), IntrinsicImplementation]
    public static int ToInt(float x) => (int)x;

    [Ptx("cvt.rn.f32.s32 $r, $0;"), IntrinsicImplementation]
    public static float FromInt(int x) => x;

    [Ptx("mov.b32 $r, $0;"), IntrinsicImplementation]
    public static int Bits(float x) => BitConverter.SingleToInt32Bits(x);

    [Ptx("mov.b32 $r, $0;"), IntrinsicImplementation]
    public static float FromBits(int x) => BitConverter.Int32BitsToSingle(x);

    /// <summary>1 / x and 2^x to about one unit of the last place; only where a kernel's accuracy allows it.</summary>
    [Ptx("rcp.approx.f32 $r, $0;"), IntrinsicImplementation]
    public static float FastReciprocal(float x) => 1 / x;

    /// <inheritdoc cref="FastReciprocal"/>
    [Ptx("ex2.approx.f32 $r, $0;"), IntrinsicImplementation]
    public static float FastPowerOfTwo(float x) => MathF.Pow(2, x);
}
