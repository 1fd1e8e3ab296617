using Adjoint.Commands;
using Adjoint.Models;
using Adjoint.Models.FlowMatching;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class FlowMatchingTests : CommandTestBase
{
    const int Steps = 60;

    static readonly (string, string)[] Tiny = [("width", "16"), ("blocks", "1"), ("batch", "16"), ("learning-rate", "0.02")];

    static IExperiment Create(long seed = 3)
    {
        var model = new FlowMatchingModel();
        return model.Create(RunConfig.Create(model, model.Presets[0], Tiny, seed, Steps));
    }

    static double[] Advance(IExperiment experiment, int steps)
    {
        var losses = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            experiment.TrainStep();
            losses[i] = experiment.Metrics()[0].Value;
        }

        return losses;
    }

    [Test]
    public void TheLossFalls()
    {
        using IExperiment experiment = Create();
        double[] losses = Advance(experiment, Steps);
        Assert.That(losses[^10..].Average(), Is.LessThan(0.85 * losses[..5].Average()));
        Assert.That(experiment.CompletedSteps, Is.EqualTo(Steps));
    }

    [Test]
    public void ALoadedRunContinuesToTheSameBits()
    {
        using IExperiment whole = Create(), first = Create(), second = Create();
        Advance(whole, Steps);
        Advance(first, 23);
        second.Load(ExperimentState.Snapshot(first));
        Advance(second, Steps - 23);
        ExperimentState.AssertSame(whole, second);
    }

    [Test]
    public void ThreadsDoNotChangeABit()
    {
        using IExperiment one = Create(), four = Create();
        Settings.Threads = 1;
        Advance(one, 20);
        Settings.Threads = 4;
        Advance(four, 20);
        ExperimentState.AssertSame(one, four);
    }

    [Test]
    public void AnotherSeedGivesAnotherRun()
    {
        using IExperiment first = Create(1), second = Create(2);
        Assert.That(Advance(first, 3), Is.Not.EqualTo(Advance(second, 3)));
    }

    [Test]
    public void TheCommandTrainsEvaluatesAndSamples()
    {
        string[] small = ["--steps", "20", "--set", "width=8", "blocks=1", "batch=4", "solver=euler", "solver-steps=2"];
        Outcome trained = Run(new FlowMatchingModel(), new StopSignal(), ["train", "flow-matching", "--json", "--out", At("run"), .. small]);
        Assert.That((trained.Code, trained.Error), Is.EqualTo((0, "")));
        var result = trained.Events[^1];
        string[] metrics = ["nn_accuracy", "classifier_accuracy", "frechet_distance", "frechet_distance_real_halves", "training_loss", "held_out_loss", "field_evaluations"];
        foreach (string name in metrics) Assert.That(double.IsFinite(result.GetProperty(name).GetDouble()), name);
        Assert.That(result.GetProperty("classifier_accuracy").GetDouble(), Is.GreaterThan(0.95), "the judge knows digits");
        Assert.That(result.GetProperty("frechet_distance").GetDouble(), Is.GreaterThan(result.GetProperty("frechet_distance_real_halves").GetDouble()));
        Assert.That(result.GetProperty("field_evaluations").GetInt32(), Is.EqualTo(2));
        string page = File.ReadAllText(At("run", "report.html"));
        Assert.That(page, Does.Contain("images held out").And.Contain("Drawn digits").And.Contain("steps/s"));

        // More than one batch of the sampler, and more than the picture shows.
        Outcome drawn = Run(new FlowMatchingModel(), new StopSignal(), "sample", At("run"), "--count", "1005", "--json");
        Assert.That((drawn.Code, drawn.Error), Is.EqualTo((0, "")));
        var samples = Safetensors.Read(At("run", "samples", "samples.safetensors")).Tensors;
        Assert.That(samples["images"].Shape, Is.EqualTo(Adjoint.Shape.Create([1005, 8, 8])));
        Assert.That(samples["labels"].Read<long>()[1000..], Is.EqualTo((long[])[0, 1, 2, 3, 4]));
        float[] levels = samples["images"].Read<float>();
        Assert.That(levels, Is.All.InRange(0f, 16f));
        Assert.That(levels.All(float.IsInteger), Is.True);
        Assert.That(levels[(1000 * 64)..].Distinct().Count(), Is.GreaterThan(3), "the last batch is drawn as well");
    }
}
