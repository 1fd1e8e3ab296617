using Adjoint.Models.GaussianProcesses;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>What holds for any kernel, data and candidates. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class GaussianProcessProperties
{
    const int Kinds = 9;

    static readonly Gen<(int Kind, int Rows, int Width, int Seed)> Cases = Gen.Select(Gen.Int[0, Kinds - 1], Gen.Int[1, 14], Gen.Int[1, 4], Gen.Int[0, int.MaxValue - 10]);

    static Tensor Rows(int seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    // Counts from 0 to 4, as fingerprints have them.
    static Tensor Points(int kind, int seed, int count, int width) => kind == 6 ? Rows(seed, count, width).Abs().Affine(2, 0).Floor().Clamp(0, 4) : Rows(seed, count, width);

    static GaussianProcess Process(int kind, int seed, double noise = 0.01, bool standardized = true)
    {
        var random = new Random(seed);
        double Positive() => Math.Exp((random.NextDouble() * 2) - 1);
        Kernel kernel = kind switch
        {
            0 => new RbfKernel([Positive()]),
            1 => new Matern12Kernel([Positive()]),
            2 => new Matern32Kernel([Positive()]),
            3 => new Matern52Kernel([Positive()]),
            4 => new LinearKernel(Positive()) + new ConstantKernel(Positive()),
            5 => Positive() * new RbfKernel([Positive()]) + new WhiteKernel(Positive()),
            6 => new TanimotoKernel(),
            7 => new Matern52Kernel([Positive()]) * new LinearKernel(Positive()),
            _ => new RbfKernel([Positive()]) + (Positive() * new Matern12Kernel([Positive()])),
        };
        return new GaussianProcess(kernel, noise, isNoiseLearned: false, isStandardized: standardized);
    }

    [Test]
    public void Kernels_are_symmetric_and_positive_semidefinite() => Cases.Sample((kind, n, d, seed) =>
    {
        Tensor x = Points(kind, seed, n, d), gram = Process(kind, seed).Kernel.Gram(x);
        double least = gram.SymmetricEigen().Values.Min().Item(), scale = gram.Abs().Max().Item();
        return (gram - gram.Transpose()).Abs().Max().Item() <= 1e-14 * scale && least >= -1e-11 * scale * n;
    }, iter: 200);

    [Test]
    public void The_diagonal_of_the_gram_matrix_is_the_diagonal() => Cases.Sample((kind, n, d, seed) =>
    {
        Tensor x = Points(kind, seed, n, d);
        Kernel kernel = Process(kind, seed).Kernel;
        return (kernel.Gram(x).Diagonal() - kernel.Diagonal(x)).Abs().Max().Item() <= 1e-12 * kernel.Diagonal(x).Max().Item();
    }, iter: 200);

    [Test]
    public void Between_different_sets_is_a_block_of_the_gram_matrix_of_both() => Cases.Where((kind, _, _, _) => kind != 5).Sample((kind, n, d, seed) =>
    {
        Tensor x = Points(kind, seed, n, d), y = Points(kind, seed + 1, n + 2, d);
        Kernel kernel = Process(kind, seed).Kernel;
        Tensor block = kernel.Gram(TensorMath.Concat([x, y], 0)).Slice(0, 0, n).Slice(1, n);
        return (kernel.Between(x, y) - block).Abs().Max().Item() <= 1e-12 * block.Abs().Max().Item() + 1e-15;
    }, iter: 200);

    [Test]
    public void Wide_rows_have_the_distances_of_narrow_ones() => Gen.Select(Gen.Int[1, 8], Gen.Int[0, int.MaxValue - 10]).Sample((n, seed) =>
    {
        // Padded with zeros beyond the width where products take over.
        Tensor x = Rows(seed, n, 3), wide = TensorMath.Concat([x, Tensor.Zeros([n, 20], DType.F64)], 1);
        return (Process(3, seed).Kernel.Gram(x) - Process(3, seed).Kernel.Gram(wide)).Abs().Max().Item() < 1e-12;
    }, iter: 100);

    [Test]
    public void Variances_are_not_negative_and_not_above_the_prior() => Cases.Sample((kind, n, d, seed) =>
    {
        GaussianProcess process = Process(kind, seed, standardized: false);
        Tensor fresh = Points(kind, seed + 1, 9, d);
        Tensor variance = process.Condition(Points(kind, seed, n, d), Rows(seed + 2, n, 1).Reshape(n)).Predict(fresh).Variance;
        return variance.Min().Item() >= 0 && (process.Kernel.Diagonal(fresh) - variance).Min().Item() >= -1e-10 * process.Kernel.Diagonal(fresh).Max().Item();
    }, iter: 200);

    [Test]
    public void More_data_never_raise_a_variance() => Cases.Sample((kind, n, d, seed) =>
    {
        GaussianPosterior before = Process(kind, seed, standardized: false).Condition(Points(kind, seed, n, d), Rows(seed + 2, n, 1).Reshape(n));
        Tensor fresh = Points(kind, seed + 1, 9, d), old = before.Predict(fresh).Variance;
        Tensor now = before.With(Points(kind, seed + 3, 2, d), Tensor.From<double>([0.5, -1])).Predict(fresh).Variance;
        return (old - now).Min().Item() >= -1e-9 * Math.Max(1, old.Max().Item());
    }, iter: 150);

    [Test]
    public void Data_are_interpolated_when_the_noise_is_tiny() => Gen.Select(Gen.Int[1, 3], Gen.Int[1, 8], Gen.Int[0, int.MaxValue - 10]).Sample((kind, n, seed) =>
    {
        Tensor x = Tensor.Range(n, dtype: DType.F64).Reshape(n, 1) + (Rows(seed, n, 1) * 0.1), y = Rows(seed + 1, n, 1).Reshape(n);
        var (mean, variance) = Process(kind, seed, noise: 1e-10).Condition(x, y).Predict(x);
        return (mean - y).Abs().Max().Item() < 1e-5 && variance.Max().Item() < 1e-5;
    }, iter: 100);

    [Test]
    public void Order_of_the_data_does_not_matter() => Cases.Where((_, n, _, _) => n > 1).Sample((kind, n, d, seed) =>
    {
        Tensor x = Points(kind, seed, n, d), y = Rows(seed + 1, n, 1).Reshape(n), order = new Generator(Key.FromSeed(seed)).Permutation(n), fresh = Points(kind, seed + 2, 5, d);
        GaussianProcess process = Process(kind, seed);
        var (mean, variance) = process.Condition(x, y).Predict(fresh);
        var (other, spread) = process.Condition(x.Select(0, order), y.Select(0, order)).Predict(fresh);
        return (mean - other).Abs().Max().Item() < 1e-8 && (variance - spread).Abs().Max().Item() < 1e-8;
    }, iter: 150);

    static readonly Gen<(double Mean, double Variance, double Best)> Candidates = Gen.Select(Gen.Double[-40, 40], Gen.Double[1e-3, 30], Gen.Double[-10, 10]);

    static double Of(Func<Tensor, Tensor, double, Tensor> rule, double mean, double variance, double best) => rule(Tensor.From<double>([mean]), Tensor.From<double>([variance]), best).Item();

    [Test]
    public void The_expected_improvement_is_not_negative_and_rises_with_mean_and_variance() => Candidates.Sample((mean, variance, best) =>
    {
        double value = Of(Acquisition.ExpectedImprovement, mean, variance, best), logarithm = Of(Acquisition.LogExpectedImprovement, mean, variance, best);
        return value >= Math.Max(0, mean - best) * (1 - 1e-12) && Of(Acquisition.LogExpectedImprovement, mean + 0.1, variance, best) > logarithm
            && Of(Acquisition.LogExpectedImprovement, mean, variance * 1.1, best) >= logarithm - (1e-13 * Math.Abs(logarithm)) && double.IsFinite(logarithm);
    });

    [Test]
    public void The_logarithm_is_that_of_the_closed_form_where_it_is_representable() => Gen.Select(Gen.Double[-4, 6], Gen.Double[0.1, 10], Gen.Double[-5, 5]).Sample((u, deviation, best) =>
    {
        Tensor at = Tensor.From<double>([u]);
        double closed = deviation * ((u * at.NormalCdf().Item()) + at.NormalPdf().Item());
        return Math.Abs(Of(Acquisition.LogExpectedImprovement, best + (u * deviation), deviation * deviation, best) - Math.Log(closed)) < 1e-10;
    });

    [Test]
    public void Improvement_is_likelier_than_it_is_large_compared_with_the_deviation() => Candidates.Sample((mean, variance, best) =>
    {
        // E max(v - b, 0) ≤ P(v > b)^½ (E (v - b)²)^½ by Cauchy and Schwarz.
        double gap = mean - best;
        double bound = 0.5 * (Of(Acquisition.LogProbabilityOfImprovement, mean, variance, best) + Math.Log((gap * gap) + variance));
        return Of(Acquisition.LogExpectedImprovement, mean, variance, best) <= bound + 1e-9;
    });
}
