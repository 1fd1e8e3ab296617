using Adjoint.Models;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Invariances and brute-force definitions of the statistics on random samples. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class StatisticsProperties
{
    // Values on a grid, so that ties happen.
    static readonly Gen<double[]> Sample = Gen.Int[-20, 20].Select(value => value / 4.0).Array[2, 30];

    static readonly Gen<(double[], double[])> Pair = Gen.Select(Sample, Sample);

    static readonly Gen<(double, bool)[]> Scored = Gen.Select(Gen.Int[0, 6].Select(value => (double)value), Gen.Bool).Array[2, 40].Where(pairs => pairs.Any(pair => pair.Item2) && !pairs.All(pair => pair.Item2));

    static readonly Gen<(int, int, int, int)> Shapes = Gen.Select(Gen.Int[2, 12], Gen.Int[2, 12], Gen.Int[1, 4], Gen.Int[0, int.MaxValue]);

    static Tensor Rows(int seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    static bool Near(double x, double y, double tolerance = 1e-10) => Math.Abs(x - y) <= tolerance * Math.Max(1, Math.Abs(y));

    [Test]
    public void Ranks_sum_to_the_triangle_and_keep_order() => Sample.Sample(x =>
    {
        double[] ranks = Ranks.Of(x);
        return Near(ranks.Sum(), x.Length * (x.Length + 1) / 2.0)
            && Enumerable.Range(0, x.Length).All(i => Enumerable.Range(0, x.Length).All(j => x[i].CompareTo(x[j]) == ranks[i].CompareTo(ranks[j])));
    });

    [Test]
    public void Spearman_ignores_monotone_maps_and_changes_sign_with_order() => Gen.Select(Sample, Gen.Int[0, int.MaxValue]).Sample((x, seed) =>
    {
        double[] y = Rows(seed, x.Length, 1).Read<double>();
        double rho = Correlation.Spearman(x, y, 0);
        return Near(Correlation.Spearman([.. x.Select(Math.Exp)], y, 0), rho) && Near(Correlation.Spearman(x, [.. y.Select(value => -value)], 0), -rho);
    });

    [Test]
    public void Area_is_the_share_of_ordered_pairs_and_reverses_with_the_scores() => Scored.Sample(pairs =>
    {
        double[] scores = [.. pairs.Select(pair => pair.Item1)];
        bool[] labels = [.. pairs.Select(pair => pair.Item2)];
        double won = 0, all = 0;
        foreach ((double high, bool positive) in pairs.Where(pair => pair.Item2))
        {
            foreach ((double low, bool negative) in pairs.Where(pair => !pair.Item2))
            {
                won += high > low ? 1 : high == low ? 0.5 : 0;
                all++;
            }
        }

        double area = AreaUnderRoc.Of(scores, labels);
        return Near(area, won / all) && Near(AreaUnderRoc.Of([.. scores.Select(score => -score)], labels), 1 - area);
    });

    [Test]
    public void Average_precision_lies_between_the_share_of_positives_met_last_and_one() => Scored.Sample(pairs =>
    {
        double[] scores = [.. pairs.Select(pair => pair.Item1)];
        bool[] labels = [.. pairs.Select(pair => pair.Item2)];
        double precision = AveragePrecision.Of(scores, labels);
        double perfect = AveragePrecision.Of([.. labels.Select(label => label ? 1.0 : 0)], labels);
        return precision > 0 && precision <= 1 && perfect == 1 && Near(AveragePrecision.Of([.. scores.Select(_ => 0.0)], labels), labels.Count(label => label) / (double)labels.Length);
    });

    [Test]
    public void Wasserstein_and_energy_are_symmetric_shift_free_and_vanish_on_equal_samples() => Pair.Sample((x, y) =>
    {
        double[] Moved(double[] values) => [.. values.Select(value => value + 3)];
        double transport = WassersteinDistance.OneDimensional(x, y), energy = EnergyDistance.Between(x, y);
        return Near(WassersteinDistance.OneDimensional(y, x), transport) && Near(WassersteinDistance.OneDimensional(Moved(x), Moved(y)), transport)
            && Near(EnergyDistance.Between(y, x), energy) && Near(EnergyDistance.Between(Moved(x), Moved(y)), energy)
            && WassersteinDistance.OneDimensional(x, x) == 0 && EnergyDistance.Between(x, x) == 0
            && transport >= Math.Abs(x.Average() - y.Average()) - 1e-12;
    });

    [Test]
    public void Transport_in_one_dimension_is_the_integral_of_the_gap_of_distribution_functions() => Pair.Sample((x, y) =>
        Near(WassersteinDistance.OneDimensional(x, y), StepFunctions.Integrate(x, y, (f, g) => Math.Abs(f - g))));

    [Test]
    public void Energy_by_pairs_of_rows_equals_that_by_distribution_functions() => Pair.Sample((x, y) =>
        Near(EnergyDistance.Between(Tensor.From<double>(x, [x.Length, 1]), Tensor.From<double>(y, [y.Length, 1])), EnergyDistance.Between(x, y), 1e-6));

    [Test]
    public void Biased_discrepancies_are_not_negative_and_do_not_turn_with_the_axes() => Shapes.Sample((n, m, d, seed) =>
    {
        Tensor x = Rows(seed, n, d), y = Rows(seed + 1, m, d) + 0.5;
        (Tensor turn, _) = Rows(seed + 2, d, d).Qr();
        double value = MaximumMeanDiscrepancy.Squared(x, y, MmdKernel.Rbf(1), unbiased: false);
        return value >= 0 && Near(MaximumMeanDiscrepancy.Squared(x.MatMul(turn), y.MatMul(turn), MmdKernel.Rbf(1), unbiased: false), value);
    });

    [Test]
    public void Two_sample_statistics_depend_on_order_only_and_tails_are_probabilities() => Pair.Where((x, y) => x.Concat(y).Distinct().Count() > 1).Sample((x, y) =>
    {
        double[] Stretched(double[] values) => [.. values.Select(value => Math.Exp(value / 2))];
        double[] a = Stretched(x), b = Stretched(y);
        TestOutcome[] outcomes = [TwoSampleTest.KolmogorovSmirnov(x, y), TwoSampleTest.CramerVonMises(x, y), TwoSampleTest.AndersonDarling(x, y)];
        TestOutcome[] stretched = [TwoSampleTest.KolmogorovSmirnov(a, b), TwoSampleTest.CramerVonMises(a, b), TwoSampleTest.AndersonDarling(a, b)];
        TestOutcome[] swapped = [TwoSampleTest.KolmogorovSmirnov(y, x), TwoSampleTest.CramerVonMises(y, x), TwoSampleTest.AndersonDarling(y, x)];
        return outcomes.Zip(stretched).All(pair => Near(pair.First.Statistic, pair.Second.Statistic))
            && outcomes.Zip(swapped).All(pair => Near(pair.First.Statistic, pair.Second.Statistic))
            && outcomes.All(outcome => outcome.PValue is >= 0 and <= 1);
    });

    [Test]
    public void Histogram_distances_obey_their_bounds() => Gen.Int[2, 12].SelectMany(n => Gen.Select(Gen.Int[0, 9].Array[n], Gen.Int[0, 9].Array[n])).Where((p, q) => p.Sum() > 0 && q.Sum() > 0).Sample((p, q) =>
    {
        double[] a = [.. p.Select(value => (double)value)], b = [.. q.Select(value => (double)value)];
        double variation = HistogramDistance.TotalVariation(a, b), shannon = HistogramDistance.JensenShannon(a, b), divergence = HistogramDistance.KullbackLeibler(a, b);

        // Pinsker's inequality, and that of Lin.
        return variation is >= 0 and <= 1 + 1e-15 && shannon <= Math.Log(2) + 1e-15 && shannon <= (variation * Math.Log(2)) + 1e-12
            && divergence >= (2 * variation * variation) - 1e-12 && Near(HistogramDistance.JensenShannon(b, a), shannon);
    });

    [Test]
    public void Residuals_are_orthogonal_to_the_design() => Gen.Select(Gen.Int[4, 20], Gen.Int[1, 2], Gen.Int[0, int.MaxValue]).Sample((n, d, seed) =>
    {
        Tensor x = Rows(seed, n, d), y = Rows(seed + 1, n, 1).Reshape(n);
        var fit = new LeastSquaresFit(x, y);
        Tensor residuals = Tensor.From<double>([.. fit.Residuals], [n, 1]);
        return x.Transpose().MatMul(residuals).Abs().Max().Item() < 1e-10 && Math.Abs(residuals.Sum().Item()) < 1e-10 && fit.Determination is > -1e-12 and <= 1;
    });

    [Test]
    public void Variances_of_components_sum_to_the_total_and_rows_are_restored() => Shapes.Sample((n, d, _, seed) =>
    {
        Tensor rows = Rows(seed, n, d);
        var components = new PrincipalComponents(rows);
        double gap = (components.Restore(components.Transform(rows)) - rows).Abs().Max().Item();
        return Near(components.Variances.Sum(), components.TotalVariance) && gap < 1e-9;
    });

    [Test]
    public void The_mean_correlation_coefficient_ignores_order_sign_scale_and_which_set_is_first() => Gen.Select(Gen.Int[1, 5], Gen.Int[0, int.MaxValue - 10]).Sample((d, seed) =>
    {
        Tensor x = Rows(seed, 20, d), y = Rows(seed + 1, 20, d), order = new Generator(Key.FromSeed(seed)).Permutation(d);
        double value = MeanCorrelationCoefficient.Between(x, y).Value;
        return value is >= 0 and <= 1 && Near(MeanCorrelationCoefficient.Between(y, x).Value, value) && Near(MeanCorrelationCoefficient.Between(x, y.Select(1, order) * Rows(seed + 2, 1, d)).Value, value);
    });

    [Test]
    public void Eigenvalues_sum_to_the_trace_and_multiply_to_the_determinant() => Gen.Select(Gen.Int[1, 3], Gen.Int[0, int.MaxValue]).Sample((n, seed) =>
    {
        Tensor a = Rows(seed, n, n);
        double[] v = a.Read<double>();
        double determinant = n switch
        {
            1 => v[0],
            2 => (v[0] * v[3]) - (v[1] * v[2]),
            _ => (v[0] * ((v[4] * v[8]) - (v[5] * v[7]))) - (v[1] * ((v[3] * v[8]) - (v[5] * v[6]))) + (v[2] * ((v[3] * v[7]) - (v[4] * v[6]))),
        };
        var values = Eigenvalues.Of(a);
        var product = values.Aggregate((x, y) => x * y);
        return Near(values.Sum(value => value.Real), Enumerable.Range(0, n).Sum(i => v[(i * n) + i])) && Near(product.Real, determinant, 1e-9) && Math.Abs(product.Imaginary) < 1e-9;
    });
}
