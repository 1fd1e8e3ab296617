using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// Random numbers into spans. Each method writes elements <c>start</c>, start + 1, … of a draw; an element depends on the draw and its
/// index alone, so ranges of one draw may be filled in any order by any number of threads. README.md defines every element.
/// </summary>
/// <remarks>All throw <see cref="ArgumentOutOfRangeException"/> for a negative <c>start</c>, and accept an empty span.</remarks>
public static class RandomKernels
{
    /// <summary>Raw 32-bit words.</summary>
    public static void Bits32(Span<uint> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new BitsDistribution());

    /// <summary>Raw 64-bit pairs of words.</summary>
    public static void Bits64(Span<ulong> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new BitsDistribution());

    /// <summary>Uniform in [0, 1), multiples of 2^-24.</summary>
    public static void Uniform(Span<float> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new UniformDistribution());

    /// <summary>Uniform in [0, 1), multiples of 2^-53.</summary>
    public static void Uniform(Span<double> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new UniformDistribution());

    /// <summary>Standard normal, magnitude at most 6.7.</summary>
    public static void Normal(Span<float> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new NormalDistribution());

    /// <summary>Standard normal, magnitude at most 8.6.</summary>
    public static void Normal(Span<double> target, Draw draw, long start = 0) => FillLoop.Run(target, draw, start, new NormalDistribution());

    /// <summary>Standard Gumbel, -ln(-ln u), between -2.9 and 16.7.</summary>
    public static void Gumbel(Span<float> target, Draw draw, long start = 0) => GumbelLoop.Run<MiddleDistribution, float>(target, draw, start);

    /// <summary>Standard Gumbel, -ln(-ln u), between -3.7 and 36.8.</summary>
    public static void Gumbel(Span<double> target, Draw draw, long start = 0) => GumbelLoop.Run<MiddleDistribution, double>(target, draw, start);

    /// <summary>Standard Gumbel of either type.</summary>
    internal static void Gumbel<T>(Span<T> target, Draw draw, long start) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) GumbelLoop.Run<MiddleDistribution, float>(MemoryMarshal.Cast<T, float>(target), draw, start);
        else GumbelLoop.Run<MiddleDistribution, double>(MemoryMarshal.Cast<T, double>(target), draw, start);
    }

    /// <summary>
    /// Integers in [low, high), from one word each. A value's probability differs from 1/range by less than 2^-32, which a range far
    /// below 2^32 does not feel; take i64 for wide ranges.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public static void Integers(Span<int> target, int low, int high, Draw draw, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        FillLoop.Run(target, draw, start, new IntegerDistribution((uint)low, unchecked((uint)high - (uint)low)));
    }

    /// <summary>Integers in [low, high), from two words each. A value's probability differs from 1/range by less than 2^-64.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public static void Integers(Span<long> target, long low, long high, Draw draw, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        FillLoop.Run(target, draw, start, new IntegerDistribution((ulong)low, unchecked((ulong)high - (ulong)low)));
    }

    /// <summary>Ones with a probability, else zeros: one word each, one where the word is below probability · 2^32, rounded.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1].</exception>
    public static void Bernoulli(Span<byte> target, double probability, Draw draw, long start = 0)
    {
        if (!(probability >= 0 && probability <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Bernoulli: a probability lies in [0, 1].");
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        double bound = Math.Round(probability * (1L << 32));
        if (bound > uint.MaxValue) target.Fill(1);
        else FillLoop.Run(target, draw, start, new BernoulliDistribution((uint)bound));
    }

    /// <summary>True with a probability; the same elements as those of the byte mask.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1].</exception>
    public static void Bernoulli(Span<bool> target, double probability, Draw draw, long start = 0) =>
        Bernoulli(MemoryMarshal.Cast<bool, byte>(target), probability, draw, start);
}
