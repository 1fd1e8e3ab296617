using System.Diagnostics;
using System.Globalization;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>The figures of models/deep-iv/baselines/README.md: medians and ranges of the error over seeds, printed.</summary>
[Explicit("takes minutes; run by name")]
sealed class BaselineFigures
{
    [Test]
    public void LinearTwoStage([Values(0.1, 0.5, 0.9)] double correlation, [Values(1000, 5000)] int count) =>
        // Of seven indicators one is left out.
        Measure(new DemandDesign(correlation), count, 9, static (data, _) => new Reduced(TwoStageLeastSquares.Fit(data with { Covariates = data.Covariates.Slice(1, 0, 7) })));

    [Test]
    public void PolynomialTwoStageFits([Values(0.1, 0.5, 0.9)] double correlation, [Values(1000, 5000)] int count) =>
        Measure(new DemandDesign(correlation), count, 9, static (data, _) => PolynomialTwoStage.Fit(data));

    [Test]
    public void PolynomialRidgeFits([Values(0.1, 0.5, 0.9)] double correlation, [Values(1000, 5000)] int count) =>
        Measure(new DemandDesign(correlation), count, 9, static (data, _) => PolynomialRidge.Fit(data));

    [TestCase(1000, 41)]
    [TestCase(5000, 9)]
    [TestCase(10_000, 3)]
    public void KernelInstrumentsOnTheRawGrid(int count, int seeds) => Measure(new RawDemandDesign(0.5), count, seeds, KernelInstrumentalVariables.Fit);

    [TestCase("sigmoid", 1000, 101)]
    [TestCase("straight", 1000, 101)]
    [TestCase("sigmoid", 5000, 5)]
    [TestCase("straight", 5000, 5)]
    public void KernelInstrumentsOnCurves(string curve, int count, int seeds) =>
        Measure(curve == "sigmoid" ? CurveDesign.Sigmoid : CurveDesign.Straight, count, seeds, KernelInstrumentalVariables.Fit);

    [TestCase(1000)]
    [TestCase(5000)]
    public void FeatureInstrumentsOnTheRawGrid(int count) => Measure(new RawDemandDesign(0.5), count, 5, static (data, key) => FeatureInstrumentalVariables.Fit(data, key));

    static void Measure(IDesign design, int count, int seeds, Func<InstrumentData, Adjoint.Key, IResponse> fit)
    {
        var clock = Stopwatch.StartNew();
        double[] errors = [.. Enumerable.Range(0, seeds).Select(seed =>
        {
            Adjoint.Key key = Adjoint.Key.FromSeed(seed);
            return design.Test(key.Split("test")).Error(fit(design.Draw(count, key.Split("train")), key.Split("fit")));
        }).Order()];
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{TestContext.CurrentContext.Test.Name}: median {errors[seeds / 2]:G4} [{errors[0]:G4}, {errors[^1]:G4}] of seeds 0 to {seeds - 1}, {clock.Elapsed.TotalSeconds / seeds:F1} s each"));
        Assert.That(errors, Is.All.Matches<double>(double.IsFinite));
    }

    sealed class Reduced(IResponse inner) : IResponse
    {
        public Tensor Predict(Tensor treatment, Tensor covariates) => inner.Predict(treatment, covariates.Slice(1, 0, 7));
    }
}
