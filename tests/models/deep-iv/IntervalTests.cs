using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Slopes, curves and intervals against finite differences and formulas.</summary>
[NonParallelizable]
sealed class IntervalTests
{
    static readonly InstrumentData Rows = new NotebookDesign().Draw(400, Key.FromSeed(1));

    // Smooth and narrow, so that all features vary and finite differences are good; trained for a moment only.
    static readonly Lazy<DeepIvEstimator> Trained = new(() =>
    {
        var stage = new StageSettings { Widths = [12, 5], DropRate = 0.2, Batch = 50, Steps = 150, LearningRate = 5e-3, Activation = Activation.Silu };
        return DeepIvEstimator.Fit(Rows.Take(Tensor.Range(200)), new DeepIvSettings { Treatment = stage, Response = stage, Components = 3 }, Key.FromSeed(2));
    });

    static InstrumentData LeftOut => Rows.Take(Tensor.Range(200, 200));

    [Test]
    public void BandsHaveTheQuantilesOfTheirDraws()
    {
        Tensor draws = Tensor.From<double>([.. Enumerable.Range(0, 101).Select(i => (double)i)], [101, 1]);
        Band band = Band.OfDraws(Tensor.From<double>([50], [1]), draws, 0.9);
        Assert.That(new[] { band.Low[0], band.Estimate[0], band.High[0] }, Is.EqualTo(new[] { 5.0, 50, 95 }).Within(1e-12));
        Band normal = Band.OfDeviations(Tensor.From<double>([1], [1]), Tensor.From<double>([2], [1]), 0.95);
        Assert.That(normal.High[0], Is.EqualTo(1 + (2 * 1.959963984540054)).Within(1e-9));
        Assert.That(new Band([0, 0], [-1, 1], [1, 2]).Coverage([0.5, 0.5]), Is.EqualTo(0.5));
    }

    [Test]
    public void ADrawByDropoutIsOneFunctionForAllRows()
    {
        // 5,000 equal rows, more than one block: a draw gives all the same value, and draws differ.
        Tensor p = Tensor.Full([5000], 3, DType.F64), x = Tensor.Full([5000, 1], 5, DType.F64);
        double[] draws = Trained.Value.Response.PredictDraws(p, x, 3, Key.FromSeed(3)).Read<double>();
        for (int i = 0; i < 3; i++) Assert.That(draws[(i * 5000)..((i + 1) * 5000)], Is.All.EqualTo(draws[i * 5000]).Within(1e-5));
        Assert.That(new[] { draws[0], draws[5000], draws[10000] }.Distinct().Count(), Is.EqualTo(3));
        var intervals = new DropoutIntervals(Trained.Value, 60, Key.FromSeed(4));
        Band band = intervals.Points(p.Slice(0, 0, 1), x.Slice(0, 0, 1), 0.95);
        Assert.That(band.Low[0], Is.LessThan(band.High[0]));
        Assert.That(band.Estimate[0], Is.EqualTo(Trained.Value.Predict(p.Slice(0, 0, 1), x.Slice(0, 0, 1)).Item()).Within(1e-12));
    }

    [Test]
    public void SlopesAreTheDerivativeInTheUnitsOfTheData()
    {
        const double Step = 0.02;
        Tensor p = LeftOut.Treatment, x = LeftOut.Covariates;
        double[] difference = ((Trained.Value.Predict(p + Step, x) - Trained.Value.Predict(p - Step, x)) / (2 * Step)).Read<double>();
        Assert.That(Trained.Value.Response.Slopes(p, x).Read<double>(), Is.EqualTo(difference).Within(2e-3));
        var intervals = new DropoutIntervals(Trained.Value, 40, Key.FromSeed(5));
        Assert.That(intervals.MeanSlope(p, x, 0.95).Estimate[0], Is.EqualTo(difference.Average()).Within(2e-3));
    }

    [Test]
    public void ACurveIsTheMeanOverRows()
    {
        Tensor grid = Tensor.From<double>([1, 4, 7], [3]), x = LeftOut.Covariates;
        double[] means = [.. grid.Read<double>().Select(p => Trained.Value.Predict(Tensor.Full([200], p, DType.F64), x).Mean().Item())];
        Assert.That(new DropoutIntervals(Trained.Value, 5, Key.FromSeed(6)).Curve(grid, x, 0.9).Estimate, Is.EqualTo(means).Within(1e-6));
    }

    [Test]
    public void AnEffectBetweenTwoTreatmentsIsTheQuotientOfTheCurve()
    {
        Tensor ends = Tensor.From<double>([2, 5], [2]), x = LeftOut.Covariates;
        foreach (IUncertainResponse response in (IUncertainResponse[])[new DropoutIntervals(Trained.Value, 30, Key.FromSeed(7)), new PointEstimate(Trained.Value), new SplitIntervals(Trained.Value, LeftOut)])
        {
            Band curve = response.Curve(ends, x, 0.9), effect = response.MeanEffect(2, 5, x, 0.9);
            Assert.That(effect.Estimate, Is.EqualTo(new[] { (curve.Estimate[1] - curve.Estimate[0]) / 3 }).Within(1e-6), response.Method);
            if (response is PointEstimate) continue;
            Assert.That(effect.Low[0], Is.LessThan(effect.High[0]));

            // Both ends are of the same drawn functions, so that what they share falls out.
            Assert.That(effect.High[0] - effect.Low[0], Is.LessThan((curve.High[0] - curve.Low[0] + curve.High[1] - curve.Low[1]) / 3), response.Method);
        }
    }

    [Test]
    public void SplittingIsTwoStageLeastSquaresOnTheFeatures([Values] SplitCovariance kind)
    {
        // The same in the features' own basis, by normal equations: b = (XᵀPX)⁻¹ XᵀPy and the sandwich, which whitening must not change.
        var split = new SplitIntervals(Trained.Value, LeftOut, kind);
        Assert.That(split.FeatureCount, Is.EqualTo(5));
        var (nodes, weights) = Trained.Value.TreatmentNodes(LeftOut.Instruments, LeftOut.Covariates);
        Tensor Features(Tensor p) => Trained.Value.Response.Features(p, LeftOut.Covariates);
        Tensor expected = Tensor.Zeros([200, 5], DType.F64);
        for (int i = 0; i < nodes.Shape[0]; i++) expected += weights.At(0, i).Unsqueeze(1) * Features(nodes.At(0, i));
        Tensor one = Tensor.Ones([200, 1], DType.F64), z = TensorMath.Concat([one, expected], 1), x = TensorMath.Concat([one, Features(LeftOut.Treatment)], 1);
        Tensor fitted = z.MatMul(z.Transpose().MatMul(z).Solve(z.Transpose().MatMul(x)));
        Tensor b = fitted.Transpose().MatMul(fitted).Solve(fitted.Transpose().MatMul(LeftOut.Outcome.Unsqueeze(1)));
        Tensor rest = LeftOut.Outcome.Unsqueeze(1) - x.MatMul(b), h = kind == SplitCovariance.Fitted ? fitted : x, inverse = h.Transpose().MatMul(h).Inverse();
        Tensor middle = (h * rest).Transpose().MatMul(h * rest), covariance = inverse.MatMul(middle).MatMul(inverse);
        double[] mean = x.MatMul(b).Squeeze(1).Read<double>(), deviation = (x.MatMul(covariance) * x).Sum(1).Sqrt().Read<double>();
        Band band = split.Points(LeftOut.Treatment, LeftOut.Covariates, 0.95);
        Assert.That(band.Estimate, Is.EqualTo(mean).Within(1e-5));
        Assert.That(band.High.Zip(band.Estimate, (high, middle) => (high - middle) / 1.959964), Is.EqualTo(deviation).Within(1e-5));
        Assert.That(split.Predict(LeftOut.Treatment, LeftOut.Covariates).Read<double>(), Is.EqualTo(mean).Within(1e-5));

        // Slopes and curves are linear in the same coefficients.
        const double Step = 0.02;
        Tensor grid = Tensor.From<double>([4 - Step, 4 + Step], [2]);
        Band curve = split.Curve(grid, LeftOut.Covariates, 0.95), slope = split.MeanSlope(Tensor.Full([200], 4, DType.F64), LeftOut.Covariates, 0.95);
        Assert.That(slope.Estimate[0], Is.EqualTo((curve.Estimate[1] - curve.Estimate[0]) / (2 * Step)).Within(0.02 * Math.Abs(slope.Estimate[0]) + 0.01));
        Assert.That(slope.Low[0], Is.LessThan(slope.Estimate[0]));
    }

    [Test]
    public void TheMedianOfBandsIsWiderWhereTheyDiffer()
    {
        // Estimates 1, 2, 6 with deviations 1, 2, 1: squares of deviation and distance from 2 are 2, 4 and 17.
        const double Reach = 1.959963984540054;
        Band median = Band.OfMedian([Around(1, 1), Around(2, 2), Around(6, 1)], 0.95);
        Assert.That(new[] { median.Low[0], median.Estimate[0], median.High[0] }, Is.EqualTo(new[] { 2 - (2 * Reach), 2, 2 + (2 * Reach) }).Within(1e-9));
        Band pair = Band.OfMedian([Around(1, 1), Around(3, 1)], 0.95);
        Assert.That(new[] { pair.Estimate[0], pair.High[0] }, Is.EqualTo(new[] { 2, 2 + (Math.Sqrt(2) * Reach) }).Within(1e-9));
        static Band Around(double estimate, double deviation) => new([estimate], [estimate - (Reach * deviation)], [estimate + (Reach * deviation)]);
    }

    [Test]
    public void SeveralSplitsGiveTheMedianOfTheirEstimates()
    {
        SplitIntervals first = new(Trained.Value, LeftOut), second = new(Trained.Value, LeftOut.Take(Tensor.Range(150, 10))), third = new(Trained.Value, LeftOut.Take(Tensor.Range(120)));
        Assert.That(RepeatedSplits.Of([first]), Is.SameAs(first));
        IUncertainResponse all = RepeatedSplits.Of([first, second, third]);
        Tensor p = LeftOut.Treatment, x = LeftOut.Covariates, grid = Tensor.From<double>([2, 5], [2]);
        foreach (Func<IUncertainResponse, Band> ask in (Func<IUncertainResponse, Band>[])
            [one => one.Points(p, x, 0.9), one => one.Curve(grid, x, 0.9), one => one.MeanSlope(p, x, 0.9), one => one.MeanEffect(2, 5, x, 0.9)])
        {
            Band found = ask(all);
            Band[] each = [ask(first), ask(second), ask(third)];
            for (int i = 0; i < found.Estimate.Count; i++)
            {
                Assert.That(found.Estimate[i], Is.EqualTo(each.Select(one => one.Estimate[i]).Order().ElementAt(1)).Within(1e-12));
                Assert.That(found.High[i] - found.Estimate[i], Is.GreaterThanOrEqualTo(each.Min(one => one.High[i] - one.Estimate[i]) - 1e-12));
            }
        }

        Assert.That(all.Predict(p, x).Read<double>(), Is.EqualTo(all.Points(p, x, 0.9).Estimate).Within(1e-12));
    }

    [Test]
    public void SplittingNeedsRows()
    {
        Assert.That(() => new SplitIntervals(Trained.Value, Rows.Take(Tensor.Range(8))), Throws.TypeOf<DataException>().With.Message.Contains("8 rows are left out for"));
        var (networks, left) = SplitIntervals.Split(Rows, 0.25, Key.FromSeed(9));
        Assert.That((networks.Count, left.Count), Is.EqualTo((300, 100)));
        Assert.That(networks.Outcome.Read<double>().Concat(left.Outcome.Read<double>()).Order(), Is.EqualTo(Rows.Outcome.Read<double>().Order()));
    }
}
