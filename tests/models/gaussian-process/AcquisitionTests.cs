using Adjoint.Models.GaussianProcesses;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class AcquisitionTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("improvement", "gaussian-process.json");

    [Test]
    public void TheLogarithmOfTheImprovementIsExactFarIntoTheTail()
    {
        double[] values = StandardImprovement.Log(Fixture.Vector("at")).Read<double>(), expected = Fixture.Numbers("log");
        for (int i = 0; i < values.Length; i++) Assert.That(values[i], Is.EqualTo(expected[i]).Within(1e-13 * Math.Max(1, Math.Abs(expected[i]))), $"{Fixture.Numbers("at")[i]}");
    }

    [Test]
    public void ItsSlopeIsExactAsWell()
    {
        Tensor u = Fixture.Vector("at").Variable();
        double[] slopes = Autodiff.Gradient(StandardImprovement.Log(u).Sum(), u).Read<double>(), expected = Fixture.Numbers("slope");
        for (int i = 0; i < slopes.Length; i++) Assert.That(slopes[i], Is.EqualTo(expected[i]).Within(1e-12 * expected[i]), $"{Fixture.Numbers("at")[i]}");
    }

    [Test]
    public void SecondDerivativesFollowDifferencesOfSlopes()
    {
        foreach (double at in (double[])[-60, -7, -2, 1])
        {
            Tensor u = Tensor.From<double>([at]).Variable();
            Tensor slope = Autodiff.Gradient(StandardImprovement.Log(u).Sum(), u, keepGraph: true);
            double second = Autodiff.Gradient(slope.Sum(), u).Item();
            double SlopeAt(double point)
            {
                Tensor moved = Tensor.From<double>([point]).Variable();
                return Autodiff.Gradient(StandardImprovement.Log(moved).Sum(), moved).Item();
            }

            const double Step = 1e-4;
            Assert.That(second, Is.EqualTo((SlopeAt(at + Step) - SlopeAt(at - Step)) / (2 * Step)).Within(1e-5 * Math.Max(1, Math.Abs(second))));
        }
    }

    [Test]
    public void AcquisitionsHaveTheirClosedForms()
    {
        Tensor mean = Tensor.From<double>([1, 2, 0]), variance = Tensor.From<double>([4, 1, 0.25]);
        Assert.That(Acquisition.UpperConfidenceBound(mean, variance, 1.5).Read<double>(), Is.EqualTo(new[] { 4, 3.5, 0.75 }).Within(1e-15));

        // At mean = best the improvement is s/√(2π) and its probability ½.
        Assert.That(Acquisition.ExpectedImprovement(mean, variance, 1)[0].Item(), Is.EqualTo(2 / Math.Sqrt(2 * Math.PI)).Within(1e-14));
        Assert.That(Acquisition.ProbabilityOfImprovement(mean, variance, 1)[0].Item(), Is.EqualTo(0.5).Within(1e-15));
        Assert.That(Acquisition.LogProbabilityOfImprovement(mean, variance, 100)[2].Item(), Is.LessThan(-19000).And.GreaterThan(-21000));
        Assert.That(Acquisition.LogExpectedImprovement(Tensor.From<double>([3.0]), Tensor.From<double>([0.0]), 1).Item(), Is.EqualTo(Math.Log(2)).Within(1e-12));
        Assert.Throws<SettingException>(() => Acquisition.UpperConfidenceBound(mean, variance, -1));
    }

    [Test]
    public void TheBelieversPicksAreThoseOfConditioningOnEachMean()
    {
        Tensor x = new Generator(Key.FromSeed(5)).Normal([12, 2], DType.F64), y = x.At(1, 0).Sin() + x.At(1, 1);
        Tensor library = new Generator(Key.FromSeed(6)).Normal([80, 2], DType.F64);
        GaussianPosterior posterior = new GaussianProcess(1.3 * new Matern52Kernel([1.1]), 0.01).Condition(x, y);
        foreach (AcquisitionRule rule in (AcquisitionRule[])[AcquisitionRules.LogExpectedImprovement, AcquisitionRules.UpperConfidenceBound(2)])
        {
            int[] picks = BatchSelection.Believer(posterior, library, 6, rule);
            GaussianPosterior follow = posterior;
            double best = posterior.Best;
            foreach (int pick in picks)
            {
                var (mean, variance) = follow.Predict(library);
                double[] values = rule(mean, variance, best).Read<double>();
                int[] free = [.. Enumerable.Range(0, 80).Where(i => Array.IndexOf(picks, i) < 0 || Array.IndexOf(picks, i) >= Array.IndexOf(picks, pick))];
                Assert.That(values[pick], Is.EqualTo(free.Max(i => values[i])).Within(1e-8 * Math.Max(1, Math.Abs(values[pick]))));
                best = Math.Max(best, mean[pick].Item());
                follow = follow.With(library.Slice(0, pick, pick + 1), mean.Slice(0, pick, pick + 1));
            }

            Assert.That(picks.Distinct().Count(), Is.EqualTo(6));
        }
    }

    [Test]
    public void ABatchSpreadsWhereTheTopDoesNot()
    {
        // The four best rows are neighbours around one summit of the acquisition.
        Tensor library = Tensor.Range(200, 0, 0.05, DType.F64).Reshape(200, 1);
        GaussianPosterior posterior = new GaussianProcess(new RbfKernel([1.0]), 1e-6).Condition(Tensor.From<double>([0, 3.3, 6.6, 9.9], [4, 1]), Tensor.From<double>([0, 1, 0.8, 0]));
        int[] top = BatchSelection.Top(posterior, library, 4, AcquisitionRules.LogExpectedImprovement), spread = BatchSelection.Believer(posterior, library, 4, AcquisitionRules.LogExpectedImprovement);
        Assert.That(spread[0], Is.EqualTo(top[0]));
        Assert.That((Closest(top), Closest(spread) > 3), Is.EqualTo((1.0, true)));
    }

    [Test]
    public void ThompsonSamplingPicksGoodRowsOnceEach()
    {
        Tensor library = Tensor.Range(60, 0, 0.1, DType.F64).Reshape(60, 1);
        GaussianPosterior posterior = new GaussianProcess(new RbfKernel([1.0]), 0.001).Condition(Tensor.From<double>([0, 1, 2, 3, 4, 5], [6, 1]), Tensor.From<double>([0, 0.8, 0.9, 0.1, -0.8, -1]));
        int[] picks = BatchSelection.Thompson(posterior, library, 5, Key.FromSeed(7));
        Assert.That(picks.Distinct().Count(), Is.EqualTo(5));
        Assert.That(picks, Is.All.InRange(5, 28));
        Assert.Throws<SettingException>(() => BatchSelection.Thompson(posterior, library, 61, Key.FromSeed(7)));
    }

    [Test]
    public void BayesianOptimisationFindsTheOptimumOfAWavyFunctionInFewSteps([Values(1, 2, 3)] int seed)
    {
        // Largest on [0, 10] at x = 7.9787, 1.3 above the next summit.
        static double Value(double x) => Math.Sin(x) + (0.15 * x);
        double[] grid = [.. Enumerable.Range(0, 501).Select(i => i * 0.02)];
        double summit = grid.Max(Value);
        Tensor library = Tensor.From<double>(grid, [501, 1]);
        List<double> xs = [.. new Generator(Key.FromSeed(seed)).Uniform([3], 0, 10, DType.F64).Read<double>()];
        int steps = 0;
        for (; steps < 15 && xs.Max(Value) < summit - 1e-3; steps++)
        {
            var process = new GaussianProcess(1.0 * new Matern52Kernel([1.0], new LogNormalPrior(0.5, 0.7)), 1e-4, isNoiseLearned: false);
            GaussianPosterior posterior = process.Fit(Tensor.From<double>([.. xs], [xs.Count, 1]), Tensor.From<double>([.. xs.Select(Value)]), Key.FromSeed(steps), starts: 1, iterations: 30);
            xs.Add(grid[BatchSelection.Top(posterior, library, 1, AcquisitionRules.LogExpectedImprovement)[0]]);
        }

        Assert.That(xs.Max(Value), Is.GreaterThanOrEqualTo(summit - 1e-3), $"not within {steps} steps");
    }

    static double Closest(int[] picks) => picks.SelectMany(a => picks.Where(b => b != a).Select(b => Math.Abs(a - b))).Min();
}
