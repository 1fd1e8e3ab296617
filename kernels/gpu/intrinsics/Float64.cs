using ILGPU.IR.Intrinsics;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// f64 arithmetic, as <see cref="Float32"/>. The machine has no minimum of two f64 that keeps NaN: a sum, which is NaN where either is, takes its place then.
/// </summary>
static class Float64
{
    [Ptx("add.rn.f64 $r, $0, $1;"), IntrinsicImplementation]
    public static double Add(double a, double b) => a + b;

    [Ptx("sub.rn.f64 $r, $0, $1;"), IntrinsicImplementation]
    public static double Subtract(double a, double b) => a - b;

    [Ptx("mul.rn.f64 $r, $0, $1;"), IntrinsicImplementation]
    public static double Multiply(double a, double b) => a * b;

    [Ptx("div.rn.f64 $r, $0, $1;"), IntrinsicImplementation]
    public static double Divide(double a, double b) => a / b;

    [Ptx("neg.f64 $r, $0;"), IntrinsicImplementation]
    public static double Negate(double x) => -x;

    [Ptx("abs.f64 $r, $0;"), IntrinsicImplementation]
    public static double Abs(double x) => Math.Abs(x);

    [Ptx("{ .reg .pred p; .reg .f64 s; add.rn.f64 s, $0, $1; setp.nan.f64 p, $0, $1; min.f64 $r, $0, $1; selp.f64 $r, s, $r, p; }"), IntrinsicImplementation]
    public static double Min(double a, double b) => Math.Min(a, b);

    [Ptx("{ .reg .pred p; .reg .f64 s; add.rn.f64 s, $0, $1; setp.nan.f64 p, $0, $1; max.f64 $r, $0, $1; selp.f64 $r, s, $r, p; }"), IntrinsicImplementation]
    public static double Max(double a, double b) => Math.Max(a, b);

    [Ptx("{ .reg .pred p; setp.lt.f64 p, $0, $1; selp.f64 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static double IfLess(double a, double b, double then, double otherwise) => a < b ? then : otherwise;

    [Ptx("{ .reg .pred p; setp.le.f64 p, $0, $1; selp.f64 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static double IfLessOrEqual(double a, double b, double then, double otherwise) => a <= b ? then : otherwise;

    [Ptx("{ .reg .pred p; setp.eq.f64 p, $0, $1; selp.f64 $r, $2, $3, p; }"), IntrinsicImplementation]
    public static double IfEqual(double a, double b, double then, double otherwise) => a == b ? then : otherwise;

    [Ptx("sqrt.rn.f64 $r, $0;"), IntrinsicImplementation]
    public static double Sqrt(double x) => Math.Sqrt(x);

    [Ptx("fma.rn.f64 $r, $0, $1, $2;"), IntrinsicImplementation]
    public static double MultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    [Ptx("cvt.rmi.f64.f64 $r, $0;"), IntrinsicImplementation]
    public static double Floor(double x) => Math.Floor(x);

    [Ptx("cvt.rni.f64.f64 $r, $0;"), IntrinsicImplementation]
    public static double Round(double x) => Math.Round(x);

    // The instruction names the sign first.
    [Ptx("copysign.f64 $r, $1, $0;"), IntrinsicImplementation]
    public static double CopySign(double magnitude, double sign) => Math.CopySign(magnitude, sign);

    /// <summary>Truncates; NaN gives 0, and what does not fit the nearest number that does.</summary>
    [Ptx("{ .reg .pred p; setp.num.f64 p, $0, $0; cvt.rzi.s64.f64 $r, $0; selp.b64 $r, $r, 0, p; }"), IntrinsicImplementation]
    public static long ToInt(double x) => (long)x;

    /// <inheritdoc cref="ToInt"/>
    [Ptx("{ .reg .pred p; setp.num.f64 p, $0, $0; cvt.rzi.s32.f64 $r, $0; selp.b32 $r, $r, 0, p; }"), IntrinsicImplementation]
    public static int ToInt32(double x) => (int)x;

    [Ptx("cvt.rn.f64.s64 $r, $0;"), IntrinsicImplementation]
    public static double FromInt(long x) => x;

    [Ptx("mov.b64 $r, $0;"), IntrinsicImplementation]
    public static long Bits(double x) => BitConverter.DoubleToInt64Bits(x);

    [Ptx("mov.b64 $r, $0;"), IntrinsicImplementation]
    public static double FromBits(long x) => BitConverter.Int64BitsToDouble(x);
}
