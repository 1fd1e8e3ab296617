namespace Adjoint;

/// <summary>Roots of functions of one variable.</summary>
public static class Roots
{
    /// <summary>
    /// Roots of many functions at once by a fixed number of halvings, one for each element: f acts on each element by itself. Works inside plans; no derivative flows, see <see cref="Implicit"/>.
    /// </summary>
    /// <param name="f">Elementwise, continuous, of different signs at low and high.</param>
    /// <param name="low">One end of each bracket.</param>
    /// <param name="high">The other end.</param>
    /// <param name="iterations">Halvings: the brackets shrink by 2^-iterations.</param>
    /// <returns>The middle of the last brackets. Where the signs at the ends agree, it lies at the high end.</returns>
    public static Tensor Bisect(Func<Tensor, Tensor> f, Tensor low, Tensor high, int iterations = 60)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(low);
        Check.AtLeast(iterations, 1, "Bisect iterations");
        using var pause = Autodiff.Pause();
        Tensor sign = f(low).Sign();
        for (int i = 0; i < iterations; i++)
        {
            Tensor middle = (low + high) * 0.5, isLow = (f(middle).Sign() * sign).Greater(0);
            low = TensorMath.Where(isLow, middle, low);
            high = TensorMath.Where(isLow, high, middle);
        }

        return (low + high) * 0.5;
    }

    /// <summary>
    /// Elementwise roots x of f(x; parameters) = 0 with their derivatives by the implicit function theorem, dx = -(∂f/∂x)⁻¹ ∂f/∂parameters, however they were found; of any order.
    /// </summary>
    /// <param name="f">Acts on each element of x by itself, and is differentiable there with a derivative that is not 0.</param>
    /// <param name="find">Finds the roots from the parameters, for instance by <see cref="Bisect"/>.</param>
    /// <param name="parameters">Everything that derivatives shall flow to.</param>
    public static Tensor Implicit(Func<Tensor, Tensor[], Tensor> f, Func<Tensor[], Tensor> find, params Tensor[] parameters)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(find);
        return Autodiff.Custom(
            "implicit_root",
            find,
            (inputs, root, cotangent) =>
            {
                bool outer = Tape.IsRecording;
                using var recording = Tape.Recording(true);
                Tensor[] variables = [root.Variable(), .. Array.ConvertAll(inputs, static input => input.Variable())];
                Tensor value = f(variables[0], variables[1..]);
                Tensor slope = Autodiff.Vjp([value], [variables[0]], [value.OnesLike()], outer)[0];
                using var rest = Tape.Recording(outer);
                return Autodiff.Vjp([value], variables.AsSpan(1), [-(cotangent / slope)], outer);
            },
            (inputs, root, tangents) =>
            {
                bool outer = Tape.IsRecording;
                using var recording = Tape.Recording(true);
                Tensor[] variables = [root.Variable(), .. Array.ConvertAll(inputs, static input => input.Variable())];
                Tensor value = f(variables[0], variables[1..]);
                Tensor slope = Autodiff.Vjp([value], [variables[0]], [value.OnesLike()], outer)[0];
                Tensor[] directions = [.. inputs.Select((input, i) => tangents[i] ?? input.ZerosLike())];
                Tensor pushed = Autodiff.Jvp([value], variables.AsSpan(1), directions, outer)[0];
                using var rest = Tape.Recording(outer);
                return -(pushed / slope);
            },
            parameters);
    }

    /// <summary>A root on the host by Brent's method: inverse quadratic interpolation, secants and halving. Brent 1973, chapter 4.</summary>
    /// <exception cref="SolverException">The signs at the ends agree.</exception>
    public static double Brent(Func<double, double> f, double low, double high, double tolerance = 1e-12)
    {
        ArgumentNullException.ThrowIfNull(f);
        const int MaxIterations = 200;
        double a = low, b = high, fa = f(a), fb = f(b);
        if (!(fa * fb <= 0)) throw new SolverException($"brent: f has the values {fa:G6} at {low} and {fb:G6} at {high}, of one sign. Widen the bracket.");
        double c = a, fc = fa, step = b - a, before = step;
        for (int i = 0; i < MaxIterations; i++)
        {
            if (Math.Sign(fb) == Math.Sign(fc))
            {
                (c, fc) = (a, fa);
                step = before = b - a;
            }

            if (Math.Abs(fc) < Math.Abs(fb)) (a, b, c, fa, fb, fc) = (b, c, b, fb, fc, fb);
            double least = (2 * double.BitIncrement(1) - 2) * Math.Abs(b) + (0.5 * tolerance), half = 0.5 * (c - b);
            if (Math.Abs(half) <= least || fb == 0) return b;
            if (Math.Abs(before) < least || Math.Abs(fa) <= Math.Abs(fb)) step = before = half;
            else
            {
                double s = fb / fa, p, q;
                if (a == c)
                {
                    p = 2 * half * s;
                    q = 1 - s;
                }
                else
                {
                    double r = fb / fc, t = fa / fc;
                    p = s * ((2 * half * t * (t - r)) - ((b - a) * (r - 1)));
                    q = (t - 1) * (r - 1) * (s - 1);
                }

                if (p > 0) q = -q;
                p = Math.Abs(p);
                bool interpolates = 2 * p < Math.Min((3 * half * q) - Math.Abs(least * q), Math.Abs(before * q));
                before = interpolates ? step : half;
                step = interpolates ? p / q : half;
            }

            (a, fa) = (b, fb);
            b += Math.Abs(step) > least ? step : Math.CopySign(least, half);
            fb = f(b);
        }

        return b;
    }
}
