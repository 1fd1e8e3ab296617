namespace Adjoint.Models.DeepIv;

/// <summary>The least value of a function of a positive number over many orders of magnitude: a grid in the logarithm, then golden sections around its best point.</summary>
static class LogSearch
{
    const double Lowest = 1e-14, Highest = 1e3;
    const int GridPoints = 69;
    const int Sections = 30;

    static readonly double Golden = (Math.Sqrt(5) - 1) / 2;

    /// <summary>Where the function is least.</summary>
    public static double Minimum(Func<double, double> function)
    {
        double At(double logarithm) => function(Math.Exp(logarithm));
        double first = Math.Log(Lowest), spacing = (Math.Log(Highest) - first) / (GridPoints - 1), best = first, least = double.PositiveInfinity;
        for (int i = 0; i < GridPoints; i++)
        {
            double candidate = first + (i * spacing), value = At(candidate);
            if (value < least) (best, least) = (candidate, value);
        }

        double low = best - spacing, high = best + spacing, left = high - (Golden * (high - low)), right = low + (Golden * (high - low));
        double atLeft = At(left), atRight = At(right);
        for (int i = 0; i < Sections; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (Golden * (high - low));
                atLeft = At(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (Golden * (high - low));
                atRight = At(right);
            }
        }

        return Math.Exp(0.5 * (low + high));
    }
}
