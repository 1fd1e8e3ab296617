using Library = MathNet.Numerics.SpecialFunctions;

namespace Adjoint.Models.DeepIv;

/// <summary>Probabilities of values above a statistic, without the cancellation of 1 - cdf.</summary>
static class Tails
{
    /// <summary>P(χ² &gt; x) with the given degrees of freedom.</summary>
    public static double ChiSquared(double x, int degrees) => x <= 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : Library.GammaUpperRegularized(degrees / 2.0, x / 2);

    /// <summary>P(F &gt; x) with the given degrees of freedom.</summary>
    public static double Fisher(double x, int numerator, int denominator) =>
        x <= 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : Library.BetaRegularized(denominator / 2.0, numerator / 2.0, denominator / (denominator + (numerator * x)));
}
