using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>What rounds of active learning are made of, against direct computation.</summary>
sealed class ActiveLearningPiecesTests
{
    static long[] Letters(string text) => [.. text.Select(static letter => (long)letter)];

    [Test]
    public void EditDistancesFollowTheRecursiveDefinition()
    {
        Assert.That(EditDistance.Between(Letters("kitten"), Letters("sitting")), Is.EqualTo(3));
        Assert.That(EditDistance.Between(Letters(""), Letters("abc")), Is.EqualTo(3));
        const int Seed = 11;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        string Word() => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => "ACGT"[random.Next(4)]));
        static int Recursive(string a, string b)
        {
            if (a.Length == 0 || b.Length == 0) return a.Length + b.Length;
            int replaced = Recursive(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1);
            return Math.Min(replaced, 1 + Math.Min(Recursive(a[1..], b), Recursive(a, b[1..])));
        }

        for (int i = 0; i < 60; i++)
        {
            string a = Word(), b = Word();
            Assert.That(EditDistance.Between(Letters(a), Letters(b)), Is.EqualTo(Recursive(a, b)), $"{a} {b}");
        }
    }

    [Test]
    public void EveryObjectOfALibraryHasItsPlace()
    {
        foreach (ObjectLibrary library in (ObjectLibrary[])[ObjectLibrary.OfGrid(3, 5), ObjectLibrary.OfStrings(4, 3)])
        {
            int[] all = [.. Enumerable.Range(0, library.Count)];
            Assert.That(library.PlacesOf(library.States(all)).Read<long>(), Is.EqualTo(all.Select(static place => (long)place)));
            Assert.That(all.Select(place => string.Join(",", library[place].ToArray())).Distinct().Count(), Is.EqualTo(library.Count));
        }

        Assert.That(ObjectLibrary.OfStrings(4, 3)[5].ToArray(), Is.EqualTo((long[])[1, 1, 2, 3]), "5 is 0012 in base 3, and cells are 1 + letter");
        Assert.That(() => ObjectLibrary.OfGrid(8, 64), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void UnfinishedStringsHaveAPlaceThatExists()
    {
        ObjectLibrary library = ObjectLibrary.OfStrings(3, 4);
        Assert.That(library.PlacesOf(Tensor.From<long>([0, 0, 0, 4, 0, 0], [2, 3])).Read<long>(), Is.All.InRange(0, library.Count - 1));
    }

    [Test]
    public void FeaturesAndDistancesAreThoseOfTheTask()
    {
        ObjectLibrary grid = ObjectLibrary.OfGrid(2, 5), strings = ObjectLibrary.OfStrings(2, 3);
        Assert.That(grid.Features.Read<float>()[(7 * 2)..(8 * 2)], Is.EqualTo((float[])[-0.5f, 0]), "point (1, 2) of 5 x 5");
        Assert.That(strings.Features.Read<float>()[(5 * 6)..(6 * 6)], Is.EqualTo((float[])[0, 1, 0, 0, 0, 1]), "string 12 of base 3");
        Assert.That(grid.Distance(0, 7), Is.EqualTo(3));
        Assert.That(grid.MeanPairwiseDistance([0, 7, 6]), Is.EqualTo((3 + 2 + 1) / 3.0).Within(1e-12));
        Assert.That(grid.MeanPairwiseDistance([3]), Is.Zero);
        Assert.That(grid.MeanNearestDistance([0, 24], [7, 6, 23]), Is.EqualTo((2 + 1) / 2.0).Within(1e-12));
    }

    [Test]
    public void ABatchIsSpacedAsFarAsTheCandidatesAllow()
    {
        static int Distance(int first, int second) => Math.Abs(first - second);
        int[] candidates = [10, 11, 9, 20, 12, 35];
        Assert.That(BatchChoice.Spaced(candidates, 3, 5, Distance), Is.EqualTo((int[])[10, 20, 35]));
        Assert.That(BatchChoice.Spaced(candidates, 5, 5, Distance), Is.EqualTo((int[])[10, 20, 35, 11, 9]), "what was passed over fills the batch, in order");
        Assert.That(BatchChoice.Spaced(candidates, 3, 1, Distance), Is.EqualTo((int[])[10, 11, 9]));
        Assert.That(BatchChoice.Spaced(candidates, 9, 0, Distance), Is.EqualTo(candidates));
        Assert.That(BatchChoice.ByValue([2, 0, 1], [5, 7, 5]), Is.EqualTo((int[])[1, 2, 0]), "equal values keep their order");
    }

    [Test]
    public void NoObjectIsLabelledTwice()
    {
        var data = new LabelledObjects(ObjectLibrary.OfGrid(1, 6));
        foreach ((int place, double label) in ((int, double)[])[(4, 1), (0, 3), (2, 2)]) data.Add(place, label);
        Assert.That(() => data.Add(0, 3), Throws.TypeOf<SettingException>());
        Assert.That(() => data.Add(1, double.NaN), Throws.TypeOf<SettingException>());
        Assert.That(data.Unlabelled(), Is.EqualTo((int[])[1, 3, 5]));
        Assert.That(data.Best(2), Is.EqualTo((int[])[0, 2]));
        Assert.That(data.TopMean(2), Is.EqualTo(2.5));
        Assert.That(data.TopMean(10), Is.EqualTo(2));
    }

    [Test]
    public void AcquisitionsFollowTheirFormulas()
    {
        var objects = new SurrogatePrediction([0.2, 0.9, -0.3], [0.5, 0.1, 1.5]);
        var data = new SurrogatePrediction([0.1, 0.4, 0.3, 0.2, 0.5], [0, 0, 0, 0, 0]);
        static double Phi(double u) => MathNet.Numerics.Distributions.Normal.CDF(0, 1, u);
        static double Density(double u) => MathNet.Numerics.Distributions.Normal.PDF(0, 1, u);
        double[] confidence = new AcquisitionFunction("ucb", 0.7).Of(objects, data);
        double[] improvement = new AcquisitionFunction("ei").Of(objects, data), probability = new AcquisitionFunction("pi", Quantile: 0.75).Of(objects, data);
        for (int i = 0; i < 3; i++)
        {
            double mean = objects.Mean[i], deviation = objects.Deviation[i], u = (mean - 0.5) / deviation;
            Assert.That(confidence[i], Is.EqualTo(mean + (0.7 * deviation)).Within(1e-12));
            Assert.That(improvement[i], Is.EqualTo(deviation * ((u * Phi(u)) + Density(u))).Within(1e-9), "against the largest prediction, 0.5");
            Assert.That(probability[i], Is.EqualTo(Phi((mean - 0.4) / deviation)).Within(1e-9), "against the third quarter of the predictions, 0.4");
        }
    }

    [Test]
    public void ARewardWrittenAnewNeedsNoNewPlan()
    {
        ObjectLibrary library = ObjectLibrary.OfGrid(1, 4);
        var reward = new AcquisitionReward(library, 0.01) { Power = 3 };
        reward.Write([2, 1, 0.001, -5]);
        Tensor states = library.States([0, 1, 2, 3]);
        Plan plan = Plan.Record(() => reward.LogOf(states));
        Assert.That(plan.Output.Read<float>(), Is.EqualTo((double[])[0, 3 * Math.Log(0.5), 3 * Math.Log(0.01), 3 * Math.Log(0.01)]).Within(1e-5));
        reward.Write([1, 4, 2, 0]);
        reward.Power = 2;
        plan.Run();
        Assert.That(plan.Output.Read<float>(), Is.EqualTo((double[])[2 * Math.Log(0.25), 0, 2 * Math.Log(0.5), 2 * Math.Log(0.01)]).Within(1e-5));
        reward.Write([-1, -2, -3, -4]);
        plan.Run();
        Assert.That(plan.Output.Read<float>().Distinct().Count(), Is.EqualTo(1), "nothing is worth more than anything else");
        Assert.That(() => reward.Write([1, double.NaN, 1, 1]), Throws.TypeOf<NumericalException>());
        Assert.That(() => reward.Write([1]), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void ThePowerGrowsFromOneToItsEnd()
    {
        var settings = new ActiveLearningSettings { Power = 9, Ramp = 3 };
        Assert.That(settings.PowerAt(0), Is.EqualTo(1));
        Assert.That(settings.PowerAt(3), Is.EqualTo(5).Within(1e-12));
        Assert.That(settings.PowerAt(100_000), Is.EqualTo(9).Within(1e-3));
        Assert.That((settings with { Ramp = 0 }).PowerAt(0), Is.EqualTo(9));
    }

    [Test]
    public void RandomSearchLabelsEachObjectOnceAndMeasuresItsBatches()
    {
        ObjectLibrary library = ObjectLibrary.OfGrid(2, 5);
        var settings = new ActiveLearningSettings { Batch = 8, Top = 3 };
        RoundRecord[] records = RandomSearch.Run(library, static place => place, [0, 6], 2, settings, Key.FromSeed(5));
        Assert.That(records.Select(static one => one.Labelled), Is.EqualTo((double[])[10, 18]));
        Assert.That(records[1].TopMean, Is.GreaterThanOrEqualTo(records[0].TopMean));
        Assert.That(() => RandomSearch.Run(library, static place => place, [0, 6], 3, settings, Key.FromSeed(5)), Throws.TypeOf<SettingException>(), "26 of 25");
        Assert.That(RoundRecord.From(records[0].Numbers), Is.EqualTo(records[0]));
        Assert.That(records[0].Numbers, Has.Length.EqualTo(RoundRecord.Width));
    }
}
