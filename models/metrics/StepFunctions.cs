namespace Adjoint.Models;

/// <summary>Walks over the distribution functions of two samples, which are constant between neighbouring values.</summary>
static class StepFunctions
{
    /// <summary>∫ h(F(t), G(t)) dt between the smallest and the largest value.</summary>
    public static double Integrate(ReadOnlySpan<double> first, ReadOnlySpan<double> second, Func<double, double, double> h)
    {
        double[] x = MetricChecks.Sorted(first), y = MetricChecks.Sorted(second);
        int i = 0, j = 0;
        double sum = 0, at = Math.Min(x[0], y[0]);
        while (i < x.Length || j < y.Length)
        {
            double next = j == y.Length || (i < x.Length && x[i] <= y[j]) ? x[i] : y[j];
            sum += (next - at) * h((double)i / x.Length, (double)j / y.Length);
            at = next;
            while (i < x.Length && x[i] == next) i++;
            while (j < y.Length && y[j] == next) j++;
        }

        return sum;
    }

    /// <summary>The largest value of h(F, G) at a value of either sample.</summary>
    public static double Largest(ReadOnlySpan<double> first, ReadOnlySpan<double> second, Func<double, double, double> h)
    {
        double[] x = MetricChecks.Sorted(first), y = MetricChecks.Sorted(second);
        int i = 0, j = 0;
        double largest = double.NegativeInfinity;
        while (i < x.Length || j < y.Length)
        {
            double next = j == y.Length || (i < x.Length && x[i] <= y[j]) ? x[i] : y[j];
            while (i < x.Length && x[i] == next) i++;
            while (j < y.Length && y[j] == next) j++;
            largest = Math.Max(largest, h((double)i / x.Length, (double)j / y.Length));
        }

        return largest;
    }
}
