namespace Adjoint;

/// <summary>Least values of functions of one variable, on the host.</summary>
public static class ScalarMinimum
{
    /// <summary>A local minimum within an interval by golden sections and parabolas. Brent 1973, chapter 5.</summary>
    /// <returns>The place and the value there.</returns>
    public static (double Place, double Value) Brent(Func<double, double> f, double low, double high, double tolerance = 1e-10, int maxIterations = 500)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!(low < high)) throw new SettingException($"Brent: {low} is not below {high}. Swap them.");
        double golden = (3 - Math.Sqrt(5)) / 2;
        double x = low + (golden * (high - low)), w = x, v = x, fx = f(x), fw = fx, fv = fx, step = 0, before = 0;
        for (int i = 0; i < maxIterations; i++)
        {
            double middle = 0.5 * (low + high), least = (1.5e-8 * Math.Abs(x)) + (tolerance / 3);
            if (Math.Abs(x - middle) <= (2 * least) - (0.5 * (high - low))) break;
            bool isParabola = false;
            if (Math.Abs(before) > least)
            {
                double r = (x - w) * (fx - fv), q = (x - v) * (fx - fw), p = ((x - v) * q) - ((x - w) * r);
                q = 2 * (q - r);
                if (q > 0) p = -p;
                q = Math.Abs(q);
                isParabola = Math.Abs(p) < Math.Abs(0.5 * q * before) && p > q * (low - x) && p < q * (high - x);
                before = step;
                if (isParabola)
                {
                    step = p / q;
                    if (x + step - low < 2 * least || high - x - step < 2 * least) step = Math.CopySign(least, middle - x);
                }
            }

            if (!isParabola)
            {
                before = x < middle ? high - x : low - x;
                step = golden * before;
            }

            double u = x + (Math.Abs(step) >= least ? step : Math.CopySign(least, step)), fu = f(u);
            if (fu <= fx)
            {
                if (u < x) high = x;
                else low = x;
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
                continue;
            }

            if (u < x) low = u;
            else high = u;
            if (fu <= fw || w == x) (v, fv, w, fw) = (w, fw, u, fu);
            else if (fu <= fv || v == x || v == w) (v, fv) = (u, fu);
        }

        return (x, fx);
    }
}
