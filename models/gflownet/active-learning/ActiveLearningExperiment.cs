using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>A run of active learning; a step is one part of a round.</summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed class ActiveLearningExperiment<TEnvironment> : IExperiment, ISampler where TEnvironment : unmanaged, IEnvironment
{
    const int MostListed = 20, MostForGaussian = 2000;

    readonly RunConfig config;
    readonly ActiveLearningTask<TEnvironment> task;
    readonly ActiveLearningSettings settings;
    readonly ActiveLearning<TEnvironment> loop;
    readonly Key key;

    public ActiveLearningExperiment(RunConfig config, ActiveLearningTask<TEnvironment> task)
    {
        (this.config, this.task) = (config, task);
        key = Key.FromSeed(config.Seed);
        settings = SettingsOf(config);
        IObjective? objective = Objectives.Of(config, out _);
        var layout = new PolicyLayout(task.Environment.Actions, 0, objective?.Needs.HasFlag(ObjectiveNeeds.LogFlow) ?? false);
        int[] hidden = [.. Enumerable.Repeat(config.Whole("width"), config.Whole("depth"))];
        var policy = new HotMlpPolicy(layout, task.Environment.Cells, task.Environment.Levels, hidden);
        double clip = config.Number("clip");
        var learning = new GFlowNetSettings
        {
            Batch = config.Whole("trajectories"),
            LearningRate = config.Number("learning-rate"),
            LogZRate = config.Number("log-z-rate"),
            Clip = clip == 0 ? double.PositiveInfinity : clip,
            ReplayBatch = config.Whole("replay"),
        };
        var acquisition = new AcquisitionFunction(config.Text("acquisition"), config.Number("kappa"), config.Number("quantile"));
        loop = new ActiveLearning<TEnvironment>(
            task.Environment, task.Library, place => task.Oracle[place], task.First, SurrogateOf(config, task), acquisition, policy, objective, learning, settings, Rounds(config.Steps), key);
        loop.Network.Exploration = config.Number("exploration");
        loop.Network.Temperature = config.Number("temperature");
    }

    public long CompletedSteps => loop.CompletedParts;

    public IReadOnlyList<Plan> TrainingPlans => loop.Network.Plans;

    public double UsefulFlops => loop.UsefulFlops;

    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("objects", task.Library.Count.ToString("N0", CultureInfo.InvariantCulture)),
        ("labelled at the start", task.First.Length.ToString("N0", CultureInfo.InvariantCulture)),
        ("rounds", loop.Records.Count.ToString(CultureInfo.InvariantCulture)),
        ("parameters of the policy", loop.Network.Parameters.Count.ToString("N0", CultureInfo.InvariantCulture)),
    ];

    public void TrainStep() => loop.Advance();

    public IReadOnlyList<Metric> Metrics() =>
    [
        new("loss", loop.Loss), new("surrogate_error", loop.SurrogateError), new("best", loop.Data.Labels.Max()), new("top_mean", loop.Data.TopMean(settings.Top)), new("labelled", loop.Data.Count),
    ];

    public void Save(CheckpointWriter checkpoint) => loop.Save(checkpoint);

    public void Load(CheckpointReader checkpoint) => loop.Load(checkpoint);

    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress)
    {
        progress.Report("random search", 0);
        double start = TopMeanAtStart();
        List<Metric> metrics = [new("top_mean_at_start", start), new("top_mean", loop.Data.TopMean(settings.Top)), new("top_mean_increase", loop.Data.TopMean(settings.Top) - start)];
        metrics.Add(new("top_distance", task.Library.MeanPairwiseDistance(loop.Data.Best(settings.Top))));
        metrics.Add(new("best", loop.Data.Labels.Max()));
        if (loop.Records.Count == 0) return metrics;
        RoundRecord last = loop.Records[^1], random = RandomRounds()[^1];
        return
        [
            .. metrics,
            new("performance", last.Performance), new("diversity", last.Diversity), new("novelty", last.Novelty),
            new("pool_mean", last.PoolMean), new("pool_new", last.PoolNew), new("library_performance", last.LibraryPerformance), new("surrogate_rank_correlation", last.RankCorrelation),
            new("random_top_mean", random.TopMean), new("random_top_mean_increase", random.TopMean - start), new("random_best", random.Best),
            new("random_performance", random.Performance), new("random_diversity", random.Diversity), new("random_novelty", random.Novelty),
        ];
    }

    public void Report(ReportBuilder report)
    {
        if (loop.Records.Count == 0) return;
        var pages = new ActiveLearningReport(task.Library, settings, loop.Records, RandomRounds(), TopMeanAtStart());
        pages.Write(report);
        if (task.Published is { } published) report.Paragraph(published);
        IReadOnlyList<string>[] rows = [.. loop.Data.Best(MostListed).Select(place => (IReadOnlyList<string>)[Spelled(place), Written(task.Oracle[place]), Found(place)])];
        report.Table("The best labelled objects", new Table(["object", "label", "found in round"], rows));
    }

    public IReadOnlyList<NamedTensor> Sample(SampleRequest request, ReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(report);
        Tensor objects = loop.Draw(request.Count, Key.FromSeed(request.Seed).Split("samples"));
        long[] places = task.Library.PlacesOf(objects).Read<long>();
        double[] acquisition = Array.ConvertAll(places, place => loop.Worth[(int)place]);
        IReadOnlyList<string>[] rows = [.. places.Take(MostListed).Select(place => (IReadOnlyList<string>)[Spelled((int)place), Written(loop.Worth[(int)place]), Written(task.Oracle[(int)place])])];
        report.Table("Objects drawn by the policy", new Table(["object", "acquisition", "label"], rows));
        return [new("objects", objects), new("acquisition", Tensor.From(acquisition)), new("labels", Tensor.From(Array.ConvertAll(places, place => task.Oracle[place])))];
    }

    public void Dispose()
    {
    }

    static long Rounds(long steps) => (steps + ActiveLearning<TEnvironment>.Parts - 1) / ActiveLearning<TEnvironment>.Parts;

    static ActiveLearningSettings SettingsOf(RunConfig config) => new()
    {
        Batch = config.Whole("batch"),
        Iterations = config.Whole("iterations"),
        Pool = config.Whole("pool"),
        TakesBest = config.Text("choice") == "best",
        Spacing = config.Whole("spacing"),
        Power = config.Number("power"),
        Ramp = config.Number("ramp"),
        Floor = config.Number("floor"),
        KeepsPolicy = config.Flag("keeps-policy"),
        Top = config.Whole("top"),
    };

    static ISurrogate SurrogateOf(RunConfig config, ActiveLearningTask<TEnvironment> task)
    {
        Key key = Key.FromSeed(config.Seed).Split("surrogate");
        if (config.Text("surrogate") == "gp")
        {
            long most = task.First.Length + (Rounds(config.Steps) * config.Whole("batch"));
            if (most > MostForGaussian) throw new SettingException($"surrogate=gp: {most} labelled objects are more than {MostForGaussian}, too many for an exact process. Choose surrogate=dropout or ensemble.");
            return new GaussianSurrogate(task.Library, key);
        }

        int features = task.Library.Features.Shape[1], width = config.Whole("surrogate-width");
        var settings = new NetworkSurrogateSettings
        {
            LearningRate = config.Number("surrogate-rate"),
            WeightDecay = config.Number("surrogate-decay"),
            Batch = config.Whole("surrogate-batch"),
            Steps = config.Whole("surrogate-steps"),
            Interval = config.Whole("surrogate-interval"),
            Patience = config.Whole("surrogate-patience"),
        };
        return new NetworkSurrogate(
            task.Library,
            generator => config.Text("surrogate") == "ensemble"
                ? new EnsembleNetwork(features, width, config.Whole("members"))
                : new DropoutNetwork(features, width, config.Number("dropout"), config.Whole("answers"), generator),
            settings,
            key);
    }

    RoundRecord[] RandomRounds() =>
        RandomSearch.Run(task.Library, place => task.Oracle[place], task.First, loop.Records.Count, settings, key.Split("random"));

    double TopMeanAtStart() => task.First.Select(place => task.Oracle[place]).OrderDescending().Take(settings.Top).Average();

    string Spelled(int place) => task.Spell(task.Library[place].ToArray());

    string Found(int place)
    {
        int index = 0;
        while (loop.Data.Places[index] != place) index++;
        return index < loop.Initial ? "start" : (1 + ((index - loop.Initial) / settings.Batch)).ToString(CultureInfo.InvariantCulture);
    }

    static string Written(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
