namespace Adjoint.Models;

/// <summary>A kernel k(x, y) between vectors, for <see cref="MaximumMeanDiscrepancy"/>.</summary>
public abstract record MmdKernel
{
    /// <summary>exp(-|x - y|²/(2ℓ²)); without a length, the median distance of the pooled sets.</summary>
    /// <exception cref="SettingException">The length is not above 0.</exception>
    public static MmdKernel Rbf(double? length = null) => new RadialKernel(Checked(length), static ratio => (ratio * -0.5).Exp());

    /// <summary>(1 + √5 r/ℓ + 5r²/(3ℓ²)) exp(-√5 r/ℓ); without a length, the median distance of the pooled sets.</summary>
    /// <inheritdoc cref="Rbf"/>
    public static MmdKernel Matern52(double? length = null) => new RadialKernel(Checked(length), static ratio =>
    {
        Tensor r = (ratio * 5).Sqrt();
        return (1 + r + (ratio * (5.0 / 3))) * (-r).Exp();
    });

    /// <summary>(γ x·y + c)^degree; without γ, 1/width, which is the kernel inception distance's at degree 3, c = 1 (Bińkowski et al. 2018).</summary>
    /// <exception cref="SettingException">The degree is below 1, or γ is not above 0.</exception>
    public static MmdKernel Polynomial(int degree = 3, double? gamma = null, double constant = 1) =>
        new PolynomialKernel(Check.AtLeast(degree, 1, "The degree"), gamma is { } scale ? Check.InRange(scale, double.Epsilon, double.MaxValue, "Gamma") : null, constant);

    /// <summary>The two sets as the kernel wants them, and the kernel with its free settings fixed by them.</summary>
    internal abstract (Tensor First, Tensor Second, Func<Tensor, Tensor, Tensor> Kernel, Func<Tensor, double> SumOverDiagonal) Prepare(Tensor x, Tensor y);

    static double? Checked(double? length) => length is { } given ? Check.InRange(given, double.Epsilon, double.MaxValue, "The length of a kernel") : null;

    sealed record RadialKernel(double? Length, Func<Tensor, Tensor> OfSquaredRatio) : MmdKernel
    {
        internal override (Tensor First, Tensor Second, Func<Tensor, Tensor, Tensor> Kernel, Func<Tensor, double> SumOverDiagonal) Prepare(Tensor x, Tensor y)
        {
            double length = Length ?? MedianDistance.Of(x, y);
            if (length == 0) throw new SettingException("MaximumMeanDiscrepancy: the median distance is 0, so it gives no length. Name a length.");
            (x, y) = PairwiseBlocks.Centred(x, y);
            return (x, y, (a, b) => OfSquaredRatio(a.PairwiseSquaredDistances(b) / (length * length)), static rows => rows.Shape[0]);
        }
    }

    sealed record PolynomialKernel(int Degree, double? Gamma, double Constant) : MmdKernel
    {
        internal override (Tensor First, Tensor Second, Func<Tensor, Tensor, Tensor> Kernel, Func<Tensor, double> SumOverDiagonal) Prepare(Tensor x, Tensor y)
        {
            double gamma = Gamma ?? 1.0 / x.Shape[1];
            return (x, y, (a, b) => Power(a.MatMul(b.Transpose()).Affine(gamma, Constant)), rows => Power(rows.Square().Sum(1).Affine(gamma, Constant)).Sum().Item());
        }

        Tensor Power(Tensor x)
        {
            Tensor product = x;
            for (int i = 1; i < Degree; i++) product *= x;
            return product;
        }
    }
}
