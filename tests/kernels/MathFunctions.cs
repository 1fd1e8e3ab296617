using Adjoint.Kernels;

namespace Adjoint.Tests;

/// <summary>An elementary function under test, its error bounds in units in the last place, and its exact values.</summary>
public interface ITestedFunction : IUnaryOperator
{
    static abstract string Name { get; }

    /// <summary>Bound for f32, against the f64 result before rounding.</summary>
    static abstract double Ulp32 { get; }

    /// <summary>Bound for f64, against the correctly rounded reference.</summary>
    static abstract double Ulp64 { get; }

    /// <summary>Arguments and results that hold bit by bit in both precisions.</summary>
    static abstract IEnumerable<(double X, double Value)> Exact { get; }
}

static class Special
{
    public const double Infinity = double.PositiveInfinity, NaN = double.NaN;
}

public readonly struct ExpFunction : ITestedFunction
{
    public static string Name => "Exp";
    public static double Ulp32 => 1;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (0, 1), (-0.0, 1), (Special.Infinity, Special.Infinity), (-Special.Infinity, 0), (Special.NaN, Special.NaN),
        (1e30, Special.Infinity), (-1e30, 0), (710, Special.Infinity), (-746, 0), (1e-30, 1),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Exp(x);
}

public readonly struct Expm1Function : ITestedFunction
{
    public static string Name => "Expm1";
    public static double Ulp32 => 1.5;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (0, 0), (-0.0, -0.0), (Special.Infinity, Special.Infinity), (-Special.Infinity, -1), (Special.NaN, Special.NaN),
        (1e30, Special.Infinity), (-1e30, -1), (-50, -1), (710, Special.Infinity), (8.673617379884035e-19, 8.673617379884035e-19),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Expm1(x);
}

public readonly struct LogFunction : ITestedFunction
{
    public static string Name => "Log";
    public static double Ulp32 => 1;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (1, 0), (0, -Special.Infinity), (-0.0, -Special.Infinity), (Special.Infinity, Special.Infinity), (-Special.Infinity, Special.NaN),
        (-1, Special.NaN), (-1e-40, Special.NaN), (Special.NaN, Special.NaN),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Log(x);
}

public readonly struct Log1PFunction : ITestedFunction
{
    public static string Name => "Log1P";
    public static double Ulp32 => 1.5;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (0, 0), (-0.0, -0.0), (-1, -Special.Infinity), (-1.5, Special.NaN), (-Special.Infinity, Special.NaN),
        (Special.Infinity, Special.Infinity), (Special.NaN, Special.NaN), (7.888609052210118e-31, 7.888609052210118e-31),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Log1P(x);
}

public readonly struct SinFunction : ITestedFunction
{
    public static string Name => "Sin";
    public static double Ulp32 => 1.6;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (0, 0), (-0.0, -0.0), (Special.Infinity, Special.NaN), (-Special.Infinity, Special.NaN), (Special.NaN, Special.NaN),
        (7.888609052210118e-31, 7.888609052210118e-31), (-7.888609052210118e-31, -7.888609052210118e-31),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sin(x);
}

public readonly struct CosFunction : ITestedFunction
{
    public static string Name => "Cos";
    public static double Ulp32 => 1.6;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 1), (-0.0, 1), (Special.Infinity, Special.NaN), (-Special.Infinity, Special.NaN), (Special.NaN, Special.NaN), (1e-30, 1)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Cos(x);
}

public readonly struct TanhFunction : ITestedFunction
{
    public static string Name => "Tanh";
    public static double Ulp32 => 1.5;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
    [
        (0, 0), (-0.0, -0.0), (Special.Infinity, 1), (-Special.Infinity, -1), (Special.NaN, Special.NaN), (1e30, 1), (-40, -1),
        (7.888609052210118e-31, 7.888609052210118e-31),
    ];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Tanh(x);
}

public readonly struct SigmoidFunction : ITestedFunction
{
    public static string Name => "Sigmoid";
    public static double Ulp32 => 2.2;
    public static double Ulp64 => 3;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 0.5), (-0.0, 0.5), (Special.Infinity, 1), (-Special.Infinity, 0), (Special.NaN, Special.NaN), (50, 1), (-1e30, 0)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sigmoid(x);
}

public readonly struct SoftplusFunction : ITestedFunction
{
    public static string Name => "Softplus";
    public static double Ulp32 => 1.7;
    public static double Ulp64 => 2;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(Special.Infinity, Special.Infinity), (-Special.Infinity, 0), (Special.NaN, Special.NaN), (50, 50), (-1e30, 0), (1048576, 1048576)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Softplus(x);
}

public readonly struct ErfFunction : ITestedFunction
{
    public static string Name => "Erf";
    public static double Ulp32 => 1.2;
    public static double Ulp64 => 1;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 0), (-0.0, -0.0), (Special.Infinity, 1), (-Special.Infinity, -1), (Special.NaN, Special.NaN), (7, 1), (-1e30, -1)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erf(x);
}

public readonly struct NormalCdfFunction : ITestedFunction
{
    public static string Name => "NormalCdf";
    public static double Ulp32 => 4;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(Special.Infinity, 1), (-Special.Infinity, 0), (Special.NaN, Special.NaN), (10, 1), (-40, 0), (-1e30, 0)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.NormalCdf(x);
}

public readonly struct LogNormalCdfFunction : ITestedFunction
{
    public static string Name => "LogNormalCdf";
    public static double Ulp32 => 5.5;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(Special.Infinity, 0), (-Special.Infinity, -Special.Infinity), (Special.NaN, Special.NaN), (40, 0), (-1048576, -549755813902.7819)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.LogNormalCdf(x);
}

public readonly struct AsinFunction : ITestedFunction
{
    public static string Name => "Asin";
    public static double Ulp32 => 4;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 0), (-0.0, -0.0), (1, Math.PI / 2), (-1, -Math.PI / 2), (2, Special.NaN), (Special.Infinity, Special.NaN), (Special.NaN, Special.NaN)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Asin(x);
}

public readonly struct AcosFunction : ITestedFunction
{
    public static string Name => "Acos";
    public static double Ulp32 => 4;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(1, 0), (-1, Math.PI), (2, Special.NaN), (-Special.Infinity, Special.NaN), (Special.NaN, Special.NaN)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Acos(x);
}

public readonly struct AtanFunction : ITestedFunction
{
    public static string Name => "Atan";
    public static double Ulp32 => 3;
    public static double Ulp64 => 3;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 0), (-0.0, -0.0), (Special.Infinity, Math.PI / 2), (-Special.Infinity, -Math.PI / 2), (Special.NaN, Special.NaN), (1e30, Math.PI / 2)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Atan(x);
}

public readonly struct SinhFunction : ITestedFunction
{
    public static string Name => "Sinh";
    public static double Ulp32 => 4;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 0), (-0.0, -0.0), (Special.Infinity, Special.Infinity), (-Special.Infinity, -Special.Infinity), (Special.NaN, Special.NaN), (800, Special.Infinity)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Sinh(x);
}

public readonly struct CoshFunction : ITestedFunction
{
    public static string Name => "Cosh";
    public static double Ulp32 => 4;
    public static double Ulp64 => 4;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(0, 1), (-0.0, 1), (Special.Infinity, Special.Infinity), (-Special.Infinity, Special.Infinity), (Special.NaN, Special.NaN), (-800, Special.Infinity)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Cosh(x);
}

public readonly struct ErfcFunction : ITestedFunction
{
    public static string Name => "Erfc";
    public static double Ulp32 => 5;
    public static double Ulp64 => 5;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(Special.Infinity, 0), (-Special.Infinity, 2), (Special.NaN, Special.NaN), (30, 0), (-7, 2)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erfc(x);
}

public readonly struct ErfcxFunction : ITestedFunction
{
    public static string Name => "Erfcx";
    public static double Ulp32 => 5;
    public static double Ulp64 => 5;
    public static IEnumerable<(double X, double Value)> Exact =>
        [(Special.Infinity, 0), (-Special.Infinity, Special.Infinity), (Special.NaN, Special.NaN), (-30, Special.Infinity)];

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erfcx(x);
}
