namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// Minimises a smooth function of a few parameters by L-BFGS (Nocedal, Wright 2006, algorithm 7.5), steps found by bisection for the weak Wolfe conditions (Lewis, Overton 2013), which needs no
/// more than values and slopes and takes in values that are infinite.
/// </summary>
sealed class QuasiNewton(ParameterSet parameters, Func<Tensor> loss, int iterations)
{
    const int History = 20;
    const double GradientTolerance = 1e-6;
    const double ChangeTolerance = 1e-11;

    readonly List<(double[] Step, double[] Change, double Curvature)> pairs = [];

    /// <summary>Moves the parameters to where the loss is least from where they are, and gives that loss.</summary>
    public double Run()
    {
        double[] x = Read();
        var (value, gradient) = Evaluate(x);
        for (int i = 0; i < iterations && Largest(gradient) > GradientTolerance; i++)
        {
            double[] direction = Direction(gradient);
            if (Search(x, value, gradient, direction) is not { } found) break;
            double[] step = Combine(found.X, x, -1), change = Combine(found.Gradient, gradient, -1);
            double curvature = Dot(step, change), fall = value - found.Value;
            if (curvature > 1e-12 * Dot(change, change))
            {
                if (pairs.Count == History) pairs.RemoveAt(0);
                pairs.Add((step, change, curvature));
            }

            (x, value, gradient) = found;
            if (fall <= ChangeTolerance * Math.Max(1, Math.Abs(value))) break;
        }

        Write(x);
        return value;
    }

    // The inverse Hessian of the last pairs times the negative gradient, by two loops over them.
    double[] Direction(double[] gradient)
    {
        double[] result = Array.ConvertAll(gradient, static g => -g);
        if (pairs.Count == 0) return Array.ConvertAll(result, r => r / Math.Max(1, Math.Sqrt(Dot(gradient, gradient))));
        var factors = new double[pairs.Count];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(pairs[i].Step, result) / pairs[i].Curvature;
            result = Combine(result, pairs[i].Change, -factors[i]);
        }

        double scale = pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change);
        result = Array.ConvertAll(result, r => r * scale);
        for (int i = 0; i < pairs.Count; i++) result = Combine(result, pairs[i].Step, factors[i] - (Dot(pairs[i].Change, result) / pairs[i].Curvature));
        return result;
    }

    (double[] X, double Value, double[] Gradient)? Search(double[] x, double value, double[] gradient, double[] direction)
    {
        const double Decrease = 1e-4, Curvature = 0.9;
        double slope = Dot(gradient, direction), low = 0, high = double.PositiveInfinity, length = 1;
        if (!(slope < 0)) return null;
        (double[] X, double Value, double[] Gradient)? accepted = null;
        for (int i = 0; i < 30; i++)
        {
            double[] moved = Combine(x, direction, length);
            var (reached, there) = Evaluate(moved);
            if (!(reached <= value + (Decrease * length * slope))) high = length;
            else
            {
                accepted = (moved, reached, there);
                if (Dot(there, direction) >= Curvature * slope) break;
                low = length;
            }

            length = double.IsPositiveInfinity(high) ? 2 * length : 0.5 * (low + high);
        }

        return accepted;
    }

    (double Value, double[] Gradient) Evaluate(double[] x)
    {
        Write(x);
        using var step = Step.Begin();
        Tensor value = loss();
        return (value.Item(), [.. Autodiff.Gradients(value, parameters.Values).SelectMany(static part => part.Read<double>())]);
    }

    double[] Read()
    {
        var values = new List<double>();
        foreach (Tensor part in parameters.Values) values.AddRange(part.Detach().Read<double>());
        return [.. values];
    }

    void Write(double[] x)
    {
        int start = 0;
        foreach (Tensor part in parameters.Values)
        {
            part.Write<double>(x.AsSpan(start, part.Count));
            start += part.Count;
        }
    }

    static double[] Combine(double[] x, double[] y, double factor)
    {
        var sum = new double[x.Length];
        for (int i = 0; i < x.Length; i++) sum[i] = x[i] + (factor * y[i]);
        return sum;
    }

    static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    static double Largest(double[] x)
    {
        double largest = 0;
        foreach (double value in x) largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
