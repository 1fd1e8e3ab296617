namespace Adjoint.Tests.Ops;

/// <summary>Derivatives by central differences at three step widths, extrapolated to width zero (Richardson): the error is of the sixth power of the width.</summary>
static class FiniteDifference
{
    const double Step = 1.0 / 256;

    /// <summary>Derivative at 0 of a function of one number, for each number of its result.</summary>
    public static double[] Derivative(Func<double, double[]> f)
    {
        double[] Central(double h)
        {
            double[] ahead = f(h), behind = f(-h);
            return [.. ahead.Zip(behind, (a, b) => (a - b) / (2 * h))];
        }

        double[] coarse = Central(Step), middle = Central(Step / 2), fine = Central(Step / 4);
        return [.. fine.Select((_, i) =>
        {
            double first = ((4 * middle[i]) - coarse[i]) / 3, second = ((4 * fine[i]) - middle[i]) / 3;
            return ((16 * second) - first) / 15;
        })];
    }

    /// <summary>Largest difference of two vectors relative to the largest number in either; numbers below a thousandth count as a thousandth.</summary>
    public static double RelativeError(double[] actual, double[] expected)
    {
        if (actual.Length != expected.Length) return double.PositiveInfinity;
        double scale = 1e-3, difference = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            scale = Math.Max(scale, Math.Max(Math.Abs(actual[i]), Math.Abs(expected[i])));
            double one = Math.Abs(actual[i] - expected[i]);
            difference = double.IsNaN(one) ? double.PositiveInfinity : Math.Max(difference, one);
        }

        return difference / scale;
    }
}
