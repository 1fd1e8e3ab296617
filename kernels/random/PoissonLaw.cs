namespace Adjoint.Kernels;

/// <summary>
/// The Poisson distribution. Means below ten by inversion from zero upwards; others by transformed rejection with squeeze, Hörmann, "The transformed rejection method for generating Poisson
/// random variables", 1993, algorithm PTRS. NaN for a mean that is negative or NaN.
/// </summary>
public readonly struct PoissonLaw : IRejectionLaw
{
    const int MostAttempts = 128;

    // P(X > 100) at a mean of ten is below 10^-60.
    const int MostSmall = 100;

    public static int Blocks => MostAttempts;

    public static double Sample<TSource>(double parameter, TSource source, long first) where TSource : struct, IBlockSource
    {
        if (!(parameter >= 0)) return double.NaN;
        return parameter < 10 ? Invert(parameter, BlockUniforms.First(source.Block(first))) : Reject(parameter, source, first);
    }

    static double Invert(double mean, double u)
    {
        double term = Elementary.ExpOf(-mean), sum = term;
        int k = 0;
        while (u > sum && k < MostSmall)
        {
            k++;
            term = term * mean / k;
            sum += term;
        }

        return k;
    }

    static double Reject<TSource>(double mean, TSource source, long first) where TSource : struct, IBlockSource
    {
        double root = Math.Sqrt(mean), logMean = Elementary.LogOf(mean);
        double b = 0.931 + (2.53 * root), a = -0.059 + (0.02483 * b);
        double logInverseAlpha = Elementary.LogOf(1.1239 + (1.1328 / (b - 3.4))), squeeze = 0.9277 - (3.6224 / (b - 2));
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            PhiloxBlock block = source.Block(first + attempt);
            double u = BlockUniforms.First(block) - 0.5, v = BlockUniforms.Second(block), distance = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / distance) + b) * u) + mean + 0.43);
            if (distance >= 0.07 && v <= squeeze) return k;
            if (!(k >= 0) || (distance < 0.013 && v > distance)) continue;
            double offer = Elementary.LogOf(v) + logInverseAlpha - Elementary.LogOf((a / (distance * distance)) + b);
            if (offer <= (k * logMean) - mean - Elementary.LogGammaOf(k + 1)) return k;
        }

        return Math.Floor(mean);
    }
}
