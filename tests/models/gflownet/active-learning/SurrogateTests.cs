using Adjoint.Models;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Surrogates learn what labels say, are surer near them, and go on to the same bits.</summary>
sealed class SurrogateTests
{
    static readonly ObjectLibrary Grid = ObjectLibrary.OfGrid(2, 12);

    // Smooth, between -1 and 1.
    static double Value(int place) => Math.Sin(0.5 * Grid[place][0]) * Math.Cos(0.3 * Grid[place][1]);

    static LabelledObjects Some(int every)
    {
        var data = new LabelledObjects(Grid);
        for (int place = 0; place < Grid.Count; place += every) data.Add(place, Value(place));
        return data;
    }

    static NetworkSurrogate Network(string kind, int steps = 400) => new(
        Grid,
        generator => kind == "ensemble" ? new EnsembleNetwork(2, 32, 4) : new DropoutNetwork(2, 32, 0.05, 20, generator),
        new NetworkSurrogateSettings { LearningRate = 1e-2, Batch = 32, Steps = steps, Interval = 20, Patience = 100 },
        Key.FromSeed(2));

    [Test]
    public void TheGaussianProcessKnowsItsDataAndDoubtsTheRest()
    {
        var surrogate = new GaussianSurrogate(Grid, Key.FromSeed(1));
        LabelledObjects data = Some(7);
        surrogate.Begin(data, 0);
        double before = surrogate.Error;
        for (int part = 1; part <= 3; part++) surrogate.Fit(part, 3);
        SurrogatePrediction known = surrogate.Predict([.. data.Places]), others = surrogate.Predict(data.Unlabelled());
        Assert.That(known.Mean, Is.EqualTo(data.Labels).Within(0.02));
        Assert.That(known.Deviation.Max(), Is.LessThan(others.Deviation.Min()));
        double rank = Correlation.Spearman(others.Mean, [.. data.Unlabelled().Select(Value)]);
        Assert.That(rank, Is.GreaterThan(0.9));
        Assert.That(surrogate.Error, Is.LessThan(0.5 * before), "left-out labels are predicted");
    }

    [TestCase("dropout")]
    [TestCase("ensemble")]
    public void NetworksLearnAndSpreadTheirAnswers(string kind)
    {
        NetworkSurrogate surrogate = Network(kind);
        LabelledObjects data = Some(2);
        surrogate.Begin(data, 0);
        double before = surrogate.Error;
        for (int part = 1; part <= 4; part++) surrogate.Fit(part, 4);
        Assert.That(surrogate.Steps, Is.EqualTo(400));
        SurrogatePrediction others = surrogate.Predict(data.Unlabelled());
        double[] truth = [.. data.Unlabelled().Select(Value)];
        Assert.That(Correlation.Spearman(others.Mean, truth), Is.GreaterThan(0.9));
        Assert.That(others.Deviation, Is.All.GreaterThan(0));
        Assert.That(surrogate.Error, Is.LessThan(0.2 * before));
        double[] distance = [.. others.Mean.Zip(truth, static (mean, value) => Math.Abs(mean - value))];
        Assert.That(others.Deviation.Average(), Is.LessThan(20 * distance.Average()).And.GreaterThan(distance.Average() / 20), "a spread of the size of the error");
    }

    [TestCase("dropout")]
    [TestCase("ensemble")]
    public void AFitThatWasStoppedGoesOnToTheSameBits(string kind)
    {
        LabelledObjects data = Some(3);
        NetworkSurrogate whole = Network(kind, 100), stopped = Network(kind, 100), resumed = Network(kind, 100);
        whole.Begin(data, 1);
        for (int part = 1; part <= 4; part++) whole.Fit(part, 4);
        stopped.Begin(data, 1);
        for (int part = 1; part <= 2; part++) stopped.Fit(part, 4);
        resumed.Begin(data, 1);
        var writer = new CheckpointWriter();
        writer.Add("surrogate", stopped.State);
        new CheckpointReader(writer.Tensors.ToDictionary(static one => one.Name, static one => one.Value.Clone()), writer.Scalars).Read("surrogate", resumed.State);
        for (int part = 3; part <= 4; part++) resumed.Fit(part, 4);
        int[] all = [.. Enumerable.Range(0, Grid.Count)];
        Assert.That(resumed.Predict(all).Mean, Is.EqualTo(whole.Predict(all).Mean));
        Assert.That(resumed.Predict(all).Deviation, Is.EqualTo(whole.Predict(all).Deviation));
        Assert.That(resumed.Error, Is.EqualTo(whole.Error));
    }

    [Test]
    public void AFitStopsWhenHeldOutObjectsGetNoBetter()
    {
        // Labels without any rule: the first looks may help, later ones do not.
        const int Seed = 3;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var data = new LabelledObjects(Grid);
        for (int place = 0; place < Grid.Count; place += 2) data.Add(place, random.NextDouble());
        var settings = new NetworkSurrogateSettings { LearningRate = 1e-2, Batch = 64, Steps = 5000, Interval = 20, Patience = 3 };
        var surrogate = new NetworkSurrogate(Grid, static generator => new DropoutNetwork(2, 32, 0, 2, generator), settings, Key.FromSeed(4));
        surrogate.Begin(data, 0);
        surrogate.Fit(1, 1);
        Assert.That(surrogate.Steps, Is.LessThan(5000).And.GreaterThanOrEqualTo(60));
    }
}
