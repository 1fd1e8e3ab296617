using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// One number, or one SIMD register full of numbers. A formula written once over <typeparamref name="V"/> serves scalars, every
/// vector width and the GPU alike, and gives the same bits in all of them.
/// </summary>
/// <remarks>
/// Choices between values are expressed by the <c>If…</c> members instead of by masks or branches: each returns, lane by lane,
/// <c>then</c> where the comparison holds and <c>otherwise</c> where it does not (also where an operand is NaN).
/// Members below the line "floating point" have a meaning for f32 and f64 lanes only.
/// </remarks>
public interface ILane<V> :
    IAdditionOperators<V, V, V>, ISubtractionOperators<V, V, V>, IMultiplyOperators<V, V, V>, IDivisionOperators<V, V, V>,
    IUnaryNegationOperators<V, V>
    where V : struct, ILane<V>
{
    /// <summary>How many numbers the lane holds.</summary>
    static abstract int Count { get; }

    /// <summary>True for f64 lanes, so that a formula can choose its degree; a constant to the compiler.</summary>
    static abstract bool IsDouble { get; }

    /// <summary>The same constant in every lane, rounded to the lane's type.</summary>
    static abstract V From(double value);

    /// <summary>Below or equal to every value: -inf, or the least integer.</summary>
    static abstract V Lowest { get; }

    /// <summary>Above or equal to every value: +inf, or the largest integer.</summary>
    static abstract V Highest { get; }

    static abstract V Abs(V x);

    /// <summary>Smaller value; NaN if either is NaN.</summary>
    static abstract V Min(V a, V b);

    /// <summary>Larger value; NaN if either is NaN.</summary>
    static abstract V Max(V a, V b);

    /// <summary>a where a is less than b, else b (also where either is NaN): one instruction of x86, where <see cref="Min"/> is several.</summary>
    static abstract V Lesser(V a, V b);

    /// <summary>a where a is greater than b, else b (also where either is NaN): one instruction of x86, where <see cref="Max"/> is several.</summary>
    static abstract V Greater(V a, V b);

    static abstract V IfLess(V a, V b, V then, V otherwise);

    static abstract V IfLessOrEqual(V a, V b, V then, V otherwise);

    static abstract V IfEqual(V a, V b, V then, V otherwise);

    // ---- floating point ----

    static abstract V Sqrt(V x);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>Largest integer not above x.</summary>
    static abstract V Floor(V x);

    /// <summary>Nearest integer, halves to even.</summary>
    static abstract V Round(V x);

    /// <summary>Magnitude of <paramref name="magnitude"/> with the sign bit of <paramref name="sign"/> (zeros and NaN included).</summary>
    static abstract V CopySign(V magnitude, V sign);

    /// <summary>2^k for integral k within the normal exponent range (f32: -126..127, f64: -1022..1023).</summary>
    static abstract V PowerOfTwo(V k);

    /// <summary>Whether <see cref="Scale"/> is one instruction; a constant to the compiler.</summary>
    static abstract bool HasScale { get; }

    /// <summary>
    /// x·2^k with one rounding, denormal results included, for a normal x and integral k within twice the normal exponent range. One
    /// instruction where the machine has it; else two multiplications, of which the first is exact.
    /// </summary>
    static abstract V Scale(V x, V k);

    /// <summary>
    /// x·2^k, exact, for a normal x and a normal result, where <paramref name="shifted"/> is k + 1.5·2^23 (f64: k + 1.5·2^52): the sum of an integer and that
    /// shift holds the integer in its lowest bits, and so does the rounded sum of any number and the shift.
    /// </summary>
    static abstract V AddExponent(V x, V shifted);

    /// <summary>The m between √½ and √2 of a positive normal x = m·2^exponent; the exponent as a number of the lane's type.</summary>
    static abstract V Split(V x, out V exponent);

    /// <summary>Whether every |x| is at most <paramref name="bound"/> (NaN is not): the other lanes take a slow path.</summary>
    static abstract bool AllWithin(V x, double bound);

    /// <summary>Whether any number is not positive, not normal, infinite or NaN: guards the slow path of logarithms.</summary>
    static abstract bool AnyNotNormal(V x);

    /// <summary>Whether any number exceeds <paramref name="bound"/> (NaN does not): guards a slow path that is then chosen lane by lane.</summary>
    static abstract bool AnyGreater(V x, double bound);

    /// <summary>Applies a scalar function to each number: for special functions without a vector form.</summary>
    static abstract V Map<TFunction>(V x) where TFunction : struct, IScalarFunction;

    /// <summary>Applies a scalar function to each pair of numbers.</summary>
    static abstract V Map<TFunction>(V x, V y) where TFunction : struct, IScalarBinaryFunction;
}

/// <summary>A scalar function in both precisions, for <c>Map</c>.</summary>
public interface IScalarFunction
{
    static abstract float Invoke(float x);

    static abstract double Invoke(double x);
}

/// <summary>A scalar function of two numbers in both precisions.</summary>
public interface IScalarBinaryFunction
{
    static abstract float Invoke(float x, float y);

    static abstract double Invoke(double x, double y);
}
