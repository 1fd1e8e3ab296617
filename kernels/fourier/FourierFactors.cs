namespace Adjoint.Kernels;

/// <summary>How a length falls into passes: the factors that a transform takes one after another, and the longer lengths by which it goes where a prime factor is large.</summary>
public static class FourierFactors
{
    /// <summary>The largest prime that a pass of its own serves; beyond, a convolution of a longer length costs less.</summary>
    public const int LargestPrime = 61;

    /// <summary>The factors of a length, eights and fours first, then 2, 3, 5 and further primes; empty for 1.</summary>
    /// <returns>Null where a prime factor is above <paramref name="largestPrime"/>.</returns>
    public static int[]? Of(int length, int largestPrime = LargestPrime)
    {
        var factors = new List<int>();
        int twos = int.TrailingZeroCount(length), rest = length >> twos;
        for (; twos >= 3 && twos != 4; twos -= 3) factors.Add(8);
        for (; twos >= 2; twos -= 2) factors.Add(4);
        if (twos == 1) factors.Add(2);
        for (int prime = 3; rest > 1; prime += 2)
        {
            if (prime > largestPrime) return null;
            for (; rest % prime == 0; rest /= prime) factors.Add(prime);
        }

        return [.. factors];
    }

    /// <summary>The least length of at least <paramref name="minimum"/> whose factors are 2, one 3 and one 5 at most.</summary>
    public static int ConvolutionLength(int minimum)
    {
        long best = long.MaxValue;
        foreach (int odd in (ReadOnlySpan<int>)[1, 3, 5, 15])
        {
            long length = odd;
            while (length < minimum) length *= 2;
            best = Math.Min(best, length);
        }

        return checked((int)best);
    }

    /// <summary>The divisor of a length that is nearest to its root from below, as a product of its factors.</summary>
    public static int MiddleDivisor(int length)
    {
        int best = 1;
        for (int divisor = 2; (long)divisor * divisor <= length; divisor++)
        {
            if (length % divisor == 0) best = divisor;
        }

        return best;
    }

    /// <summary>cos and sin of 2π·j/n, the angle reduced to an eighth of the circle in whole numbers.</summary>
    public static (double Cos, double Sin) Turn(long j, long n)
    {
        j %= n;
        bool isBack = 2 * j > n;
        if (isBack) j = n - j;
        bool isObtuse = 4 * j > n;
        long halves = isObtuse ? n - (2 * j) : 2 * j;
        bool isSteep = 4 * halves > n;
        var (sin, cos) = Math.SinCos(Math.PI * (isSteep ? (n - (2 * halves)) / (2.0 * n) : halves / (double)n));
        if (isSteep) (sin, cos) = (cos, sin);
        return (isObtuse ? -cos : cos, isBack ? -sin : sin);
    }
}
