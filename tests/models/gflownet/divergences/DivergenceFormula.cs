using Adjoint.Models;
using Adjoint.Models.GFlowNets;

namespace Adjoint.Tests.GFlowNets;

/// <summary>
/// A row of the table in section 3.4 of the f-trajectory-balance specification, typed in as it stands there: independent of the code under test.
/// </summary>
/// <param name="Name">As options name it.</param>
/// <param name="Alpha">α, where the row is of that family.</param>
/// <param name="Generator">f(u) in tensor ops.</param>
/// <param name="Loss">L(δ).</param>
/// <param name="Slope">L'(δ).</param>
sealed record DivergenceFormula(string Name, double? Alpha, Func<Tensor, Tensor> Generator, Func<double, double> Loss, Func<double, double> Slope)
{
    /// <summary>All rows but the total variation, which has no derivative at 1, with two more numbers of the α family.</summary>
    public static IReadOnlyList<DivergenceFormula> Smooth { get; } =
    [
        new("forward-kl", 0, static u => u - u.Log() - 1, static d => Math.Exp(-d) + d - 1, static d => 1 - Math.Exp(-d)),
        new("neyman", -1, static u => (u - 1).Square() / (u * 2), static d => (Math.Exp(-2 * d) / 4) + (d / 2) - 0.25, static d => (1 - Math.Exp(-2 * d)) / 2),
        new("hellinger", 0.5, static u => (((u + 1) * 0.5) - u.Sqrt()) * 4, static d => (4 * Math.Exp(-d / 2)) + (2 * d) - 4, static d => 2 * (1 - Math.Exp(-d / 2))),
        new("reverse-kl", 1, static u => (u * u.Log()) - u + 1, static d => d * d / 2, static d => d),
        new("pearson", 2, static u => (u - 1).Square() * 0.5, static d => Math.Exp(d) - d - 1, static d => Math.Exp(d) - 1),
        Family(0.75),
        Family(1.2),
        new(
            "jensen-shannon", null, static u => ((u * (u * 2 / (u + 1)).Log()) + (2 / (u + 1)).Log()) * 2,
            static d => 2 * ((d * Math.Log(2)) - (Math.PI * Math.PI / 12) - SpecialFunctions.Dilogarithm(-Math.Exp(-d))),
            static d => 2 * Math.Log(2 / (1 + Math.Exp(-d)))),
        new("jeffreys", null, static u => (u - 1) * u.Log() * 0.5, static d => ((d * d / 2) + d + Math.Exp(-d) - 1) / 2, static d => (d + 1 - Math.Exp(-d)) / 2),
        new("cosh", null, static u => (u.Square() * 0.25) - (u.Log() * 0.5) - 0.25, static d => Math.Cosh(d) - 1, Math.Sinh),
    ];

    /// <summary>The total variation, |u - 1|.</summary>
    public static DivergenceFormula TotalVariation { get; } = new("total-variation", null, static u => (u - 1).Abs(), Math.Abs, static d => Math.Sign(d));

    /// <summary>All rows.</summary>
    public static IReadOnlyList<DivergenceFormula> All { get; } = [.. Smooth, TotalVariation];

    /// <summary>The member of the α family, for α neither 0 nor 1.</summary>
    public static DivergenceFormula Family(double a) => new(
        "alpha", a, u => (u.Pow(a) - (u * a) + (a - 1)) / (a * (a - 1)),
        d => (Math.Exp((a - 1) * d) / ((a - 1) * (a - 1))) - (d / (a - 1)) - (1 / ((a - 1) * (a - 1))), d => (Math.Exp((a - 1) * d) - 1) / (a - 1));

    /// <summary>The code under test.</summary>
    public FDivergence Make(DType type = DType.F64) => DivergenceTable.Make(Name, Alpha ?? 1, type);

    /// <summary>The C that minimises the sum of L(Δ + C), by bisection of the sum of slopes; for total variation the median.</summary>
    public double Constant(double[] ratios)
    {
        if (Name == TotalVariation.Name)
        {
            double[] sorted = [.. ratios.Order()];
            return -(sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }

        double low = -ratios.Max(), high = -ratios.Min();
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            if (ratios.Sum(ratio => Slope(ratio + middle)) < 0) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <inheritdoc/>
    public override string ToString() => Name == "alpha" ? $"alpha {Alpha}" : Name;
}
