using System.Diagnostics;
using System.Globalization;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>How often intervals at a nominal 95 % hold the truth, over data sets of 1,000 rows: the figures of models/deep-iv/README.md, printed.</summary>
[Explicit("takes minutes; run by name")]
sealed class IntervalFigures
{
    const int DataSets = 50, Rows = 1000, CurvePoints = 31, Splits = 5;
    const double Level = 0.95, LeftOut = 0.5, Nudge = 1e-3;

    [Test]
    public void CoverageOverDataSets([Values("linear", "straight", "sigmoid", "notebook", "demand")] string name, [Values("splitting", "dropout")] string kind)
    {
        IDesign design = name switch
        {
            "linear" => new LinearDesign(),
            "straight" => CurveDesign.Straight,
            "sigmoid" => CurveDesign.Sigmoid,
            "notebook" => new NotebookDesign(),
            _ => new DemandDesign(0.5),
        };
        var clock = Stopwatch.StartNew();
        var found = new List<(double Effect, double Curve, double Points, double Error)>();
        for (int seed = 0; seed < DataSets; seed++) found.Add(Covered(design, kind, Adjoint.Key.FromSeed(seed)));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, {kind}: average effect {found.Average(static one => one.Effect):P0}, curve {found.Average(static one => one.Curve):P0}, points {found.Average(static one => one.Points):P0} of intervals hold the truth; median squared error {Median(found.Select(static one => one.Error)):G3}; seeds 0 to {DataSets - 1}, {clock.Elapsed.TotalSeconds / DataSets:F1} s each"));
        Assert.That(found.Select(static one => one.Error), Is.All.Matches<double>(double.IsFinite));
    }

    static (double Effect, double Curve, double Points, double Error) Covered(IDesign design, string kind, Adjoint.Key key)
    {
        InstrumentData data = design.Draw(Rows, key.Split("data"));
        IUncertainResponse response = kind == "splitting"
            ? RepeatedSplits.Of([.. Enumerable.Range(0, Splits).Select(split => SplitIntervals.Fit(data, Recipe((int)(Rows * (1 - LeftOut))), LeftOut, key.Split($"fit {split}")))])
            : new DropoutIntervals(DeepIvEstimator.Fit(data, Recipe(Rows), key.Split("fit")), 100, key.Split("intervals"));
        using var pause = Autodiff.Pause();
        Tensor Truth(Tensor p, Tensor x) => design.Truth(p, x)!;
        Tensor slopes = (Truth(data.Treatment + Nudge, data.Covariates) - Truth(data.Treatment - Nudge, data.Covariates)) / (2 * Nudge);
        double effect = response.MeanSlope(data.Treatment, data.Covariates, Level).Coverage([slopes.Mean().Item()]);
        double low = data.Treatment.Quantile(0.025).Item(), high = data.Treatment.Quantile(0.975).Item();
        Tensor grid = Tensor.Range(CurvePoints, low, (high - low) / (CurvePoints - 1), DType.F64);
        double[] curve = [.. grid.Read<double>().Select(p => Truth(Tensor.Full([Rows], p, DType.F64), data.Covariates).Mean().Item())];
        ResponseTest test = design.Test(key.Split("test"));
        return (
            effect, response.Curve(grid, data.Covariates, Level).Coverage(curve),
            response.Points(test.Treatment, test.Covariates, Level).Coverage(test.Truth.Read<double>()), test.Error(response));
    }

    // What the preset for a user's table does, with fewer steps and draws.
    static DeepIvSettings Recipe(int rows)
    {
        var stage = new StageSettings { DropRate = StageSettings.ReleaseDropRate(rows), Activation = Activation.Silu, Average = 0.1, Steps = 4000 };
        return new DeepIvSettings { Treatment = stage with { Penalty = 1e-4 }, Response = stage with { Penalty = 1e-3 }, VariancePenalty = 0, Draws = 2, HoldOut = 0.2 };
    }

    static double Median(IEnumerable<double> values) => values.Order().ElementAt(DataSets / 2);
}
