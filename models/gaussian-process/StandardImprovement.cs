namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// log h(u) for the expected improvement h(u) = φ(u) + u Φ(u) of a standard normal over -u. To the left, where both terms nearly cancel, by the continued fraction of the Mills ratio (Laplace):
/// with x = -u, Φ(u)/φ(u) = 1/(x + a), a = 1/(x + 2/(x + 3/(x + …))), hence h(u) = φ(u) a/(x + a) and h'(u)/h(u) = Φ(u)/h(u) = 1/a: products and sums of positive numbers only.
/// </summary>
public static class StandardImprovement
{
    // Where the sum has lost a factor of 30 and the fraction needs few terms.
    const double Turn = -5;
    const int Terms = 60;

    /// <summary>log h(u), with derivatives of any order.</summary>
    public static Tensor Log(Tensor u) => Autodiff.Custom(
        "log_improvement",
        static inputs => Value(inputs[0]),
        static (inputs, _, cotangent) => [cotangent * Slope(inputs[0])],
        static (inputs, _, tangents) => tangents[0]! * Slope(inputs[0]),
        u);

    static Tensor Value(Tensor u)
    {
        Tensor near = u.Clamp(Turn, double.MaxValue), x = -u.Clamp(double.MinValue, Turn), inverse = InverseTail(x);
        Tensor right = ((near * near.NormalCdf()) + near.NormalPdf()).Log();

        // a/(x + a) = 1/(1 + x/a).
        Tensor left = x.Square().Affine(-0.5, -0.5 * Math.Log(2 * Math.PI)) - (x * inverse).Log1P();
        return TensorMath.Where(u.Greater(Turn), right, left);
    }

    // h'/h.
    static Tensor Slope(Tensor u)
    {
        Tensor near = u.Clamp(Turn, double.MaxValue), x = -u.Clamp(double.MinValue, Turn), cdf = near.NormalCdf();
        return TensorMath.Where(u.Greater(Turn), cdf / ((near * cdf) + near.NormalPdf()), InverseTail(x));
    }

    // 1/a = x + 2/(x + 3/(x + …)).
    static Tensor InverseTail(Tensor x)
    {
        Tensor tail = x;
        for (int k = Terms; k >= 2; k--) tail = x + (k / tail);
        return tail;
    }
}
