namespace Adjoint.Models;

/// <summary>
/// Dormand-Prince 5(4) with adaptive steps; the whole batch is one system with one step size. Error ratio: root mean square over all elements of
/// error / (atol + rtol max(|x0|, |x1|)); a step is accepted at a ratio of at most 1. Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4 and II.5.
/// </summary>
public sealed class Dopri5(double relative, double absolute) : OdeSolver
{
    const int MaxSteps = 100_000;
    const double Safety = 0.9;
    const double MaxGrowth = 10;
    const double MaxShrink = 0.2;

    static readonly double[] Nodes = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    static readonly double[][] Stages =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    static readonly double[] Fourth = [5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40];

    readonly double relative = Check.InRange(relative, 1e-14, 1, "Solver tolerance");
    readonly double absolute = Check.InRange(absolute, 0, double.MaxValue, "Solver tolerance");

    protected override Tensor Run(Field field, Tensor x, double start, double end)
    {
        if (start == end) return x;
        double direction = Math.Sign(end - start), t = start;
        var slopes = new Tensor[7];
        slopes[0] = field(t, x).Clone();
        double h = FirstStep(field, t, x, slopes[0], Math.Abs(end - start), direction);
        for (int attempt = 0; attempt < MaxSteps; attempt++)
        {
            bool last = h >= Math.Abs(end - t);
            if (last) h = Math.Abs(end - t);
            double step = h * direction;
            Tensor next = x;
            for (int stage = 1; stage < 7; stage++)
            {
                next = x + Combine(slopes, Stages[stage], step);
                slopes[stage] = field(t + (Nodes[stage] * step), next).Clone();
            }

            // The last stage is evaluated at the fifth-order result itself, so it is also the first of the next step.
            double ratio = ErrorRatio(slopes, step, x, next);
            if (!double.IsFinite(ratio)) throw new DivergenceException($"dopri5: the state is no longer finite at t = {t:G6}. Train longer, or check the field.");
            bool accepted = ratio <= 1;
            if (accepted)
            {
                x = next;
                slopes[0] = slopes[6];
                if (last) return x;
                t += step;
            }

            double factor = ratio == 0 ? MaxGrowth : Math.Min(MaxGrowth, Math.Max(Safety * Math.Pow(ratio, -0.2), accepted ? 1 : MaxShrink));
            h *= factor;
        }

        throw new DivergenceException($"dopri5: {MaxSteps} steps did not reach t = {end:G6}; the field is too stiff for tolerance {relative:G3}. Use a larger one.");
    }

    static Tensor Combine(Tensor[] slopes, double[] weights, double step)
    {
        Tensor sum = slopes[0] * (weights[0] * step);
        for (int i = 1; i < weights.Length; i++)
        {
            if (weights[i] != 0) sum += slopes[i] * (weights[i] * step);
        }

        return sum;
    }

    double ErrorRatio(Tensor[] slopes, double step, Tensor x, Tensor next)
    {
        var difference = new double[7];
        for (int i = 0; i < 7; i++) difference[i] = (i < 6 ? Stages[6][i] : 0) - Fourth[i];
        return Norm(Combine(slopes, difference, step), x.Abs().Maximum(next.Abs()));
    }

    // Root mean square of value / (atol + rtol size).
    double Norm(Tensor value, Tensor size) => Math.Sqrt((value / size.Affine(relative, absolute)).Square().Mean().Item());

    // The usual estimate from the sizes of x, f and a difference quotient of f. Hairer, Nørsett, Wanner, II.4.
    double FirstStep(Field field, double t, Tensor x, Tensor slope, double span, double direction)
    {
        Tensor size = x.Abs();
        double d0 = Norm(x, size), d1 = Norm(slope, size);
        double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
        Tensor ahead = field(t + (h0 * direction), x + (slope * (h0 * direction)));
        double d2 = Norm(ahead - slope, size) / h0;
        double h1 = Math.Max(d1, d2) <= 1e-15 ? Math.Max(1e-6, h0 * 1e-3) : Math.Pow(0.01 / Math.Max(d1, d2), 0.2);
        return Math.Min(Math.Min(100 * h0, h1), span);
    }
}

