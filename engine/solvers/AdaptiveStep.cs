namespace Adjoint;

/// <summary>
/// A rule with an embedded estimate and steps that follow it; the whole state is one system with one step size. Error ratio: root mean square over all elements of
/// error / (atol + rtol max(|x0|, |x1|)); a step is accepted at a ratio of at most 1. Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4 to II.6. The steps depend on
/// values, so it does not work inside plans; derivatives take the steps as given.
/// </summary>
/// <param name="method">A rule with an embedded estimate.</param>
/// <param name="relative">Relative tolerance.</param>
/// <param name="absolute">Absolute tolerance.</param>
public sealed class AdaptiveStep(OdeMethod method, double relative, double absolute) : OdeSolver
{
    const int MaxSteps = 100_000;
    const double Safety = 0.9;
    const double MaxGrowth = 10;
    const double MaxShrink = 0.2;

    // Weights of the fourth-order interpolation of dopri5: Hairer, Nørsett, Wanner, II.6.
    static readonly double[] Dense =
    [
        -12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072, 701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423,
    ];

    readonly OdeMethod method = method.Error is null ? throw new SettingException($"{method.Name} estimates no error. Choose dopri5 or tsit5, or FixedStep.") : method;
    readonly double relative = Check.InRange(relative, 1e-14, 1, "Solver tolerance");
    readonly double absolute = Check.InRange(absolute, 0, double.MaxValue, "Solver tolerance");

    /// <inheritdoc/>
    protected override Tensor[][] RunTo(SystemField field, Tensor[] x, double[] times)
    {
        Recorder.Forbid($"{method.Name} reads its error on the host and steps by it", "Use a solver of fixed steps inside plans.");
        var states = new Tensor[times.Length][];
        states[0] = x;
        double t = times[0], end = times[^1], direction = Math.Sign(end - t);
        int next = 1;
        for (; next < times.Length && times[next] == t; next++) states[next] = x;
        if (next == times.Length) return states;
        var slopes = new Tensor[]?[method.Nodes.Length];
        slopes[0] = field(t, x);
        double h = FirstStep(field, t, x, slopes[0]!, Math.Abs(end - t), direction);
        for (int attempt = 0; attempt < MaxSteps; attempt++)
        {
            bool last = h >= Math.Abs(end - t);
            if (last) h = Math.Abs(end - t);
            double step = h * direction;
            Tensor[] moved = OdeStep.Advance(method, field, t, step, x, slopes);
            double ratio = ErrorRatio(slopes, step, x, moved);
            if (!double.IsFinite(ratio)) throw new SolverException($"{method.Name}: the state is no longer finite at t = {t:G6}. Train longer, or check the field.");
            bool accepted = ratio <= 1;
            if (accepted)
            {
                for (; next < times.Length && (last || (times[next] - (t + step)) * direction <= 0); next++)
                    states[next] = times[next] == end ? moved : Between(slopes, step, x, moved, (times[next] - t) / step);
                if (last) return states;
                x = moved;
                slopes[0] = slopes[^1];
                t += step;
            }

            double factor = ratio == 0 ? MaxGrowth : Math.Min(MaxGrowth, Math.Max(Safety * Math.Pow(ratio, -0.2), accepted ? 1 : MaxShrink));
            h *= factor;
        }

        throw new SolverException($"{method.Name}: {MaxSteps} steps did not reach t = {end:G6}; the field is too stiff for tolerance {relative:G3}. Use a larger one.");
    }

    // Hermite's cubic by the slopes at both ends, and for dopri5 a term that makes it of order 4.
    Tensor[] Between(Tensor[]?[] slopes, double step, Tensor[] x, Tensor[] moved, double part)
    {
        var states = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            Tensor change = moved[i] - x[i], first = (slopes[0]![i] * step) - change, second = change - (slopes[^1]![i] * step) - first;
            if (method == OdeMethod.DormandPrince5) second += OdeStep.Combined(slopes, i, Dense, step)! * (1 - part);
            states[i] = x[i] + ((change + ((first + (second * part)) * (1 - part))) * part);
        }

        return states;
    }

    double ErrorRatio(Tensor[]?[] slopes, double step, Tensor[] x, Tensor[] moved)
    {
        using var pause = Autodiff.Pause();
        return Norm(i => OdeStep.Combined(slopes, i, method.Error!, step)!, i => x[i].Abs().Maximum(moved[i].Abs()), x);
    }

    // Root mean square of value / (atol + rtol size) over all tensors.
    double Norm(Func<int, Tensor> value, Func<int, Tensor> size, Tensor[] x)
    {
        double sum = 0, count = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += (value(i) / size(i).Affine(relative, absolute)).Square().Sum().Item();
            count += x[i].Count;
        }

        return Math.Sqrt(sum / Math.Max(1, count));
    }

    // The usual estimate from the sizes of x, f and a difference quotient of f. Hairer, Nørsett, Wanner, II.4.
    double FirstStep(SystemField field, double t, Tensor[] x, Tensor[] slope, double span, double direction)
    {
        using var pause = Autodiff.Pause();
        Tensor Size(int i) => x[i].Abs();
        double d0 = Norm(i => x[i], Size, x), d1 = Norm(i => slope[i], Size, x);
        double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
        Tensor[] ahead = field(t + (h0 * direction), OdeStep.Moved(x, [slope], [1], h0 * direction));
        double d2 = Norm(i => ahead[i] - slope[i], Size, x) / h0;
        double h1 = Math.Max(d1, d2) <= 1e-15 ? Math.Max(1e-6, h0 * 1e-3) : Math.Pow(0.01 / Math.Max(d1, d2), 0.2);
        return Math.Min(Math.Min(100 * h0, h1), span);
    }
}
