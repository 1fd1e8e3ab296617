using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>A training run of a GFlowNet on a task.</summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed class GFlowNetExperiment<TEnvironment> : IExperiment, ISampler where TEnvironment : unmanaged, IEnvironment
{
    const int MostListed = 20;

    readonly RunConfig config;
    readonly GFlowNetTask<TEnvironment> task;
    readonly GFlowNet<TEnvironment> network;
    readonly AlphaDivergence? annealed;
    readonly Ramp exploration;
    readonly Ramp alpha;
    readonly ModeTally? tally;
    readonly GFlowNetJudge<TEnvironment> judge;
    double loss = double.NaN;
    double visits;

    public GFlowNetExperiment(RunConfig config, GFlowNetTask<TEnvironment> task)
    {
        this.config = config;
        this.task = task;
        IObjective? objective = Objectives.Of(config, out annealed);
        bool hasFlow = objective?.Needs.HasFlag(ObjectiveNeeds.LogFlow) ?? false;
        bool learnsBackward = config.Text("backward") == "learned" && task.Environment.BackwardActions > 1 && objective is not null;
        var layout = new PolicyLayout(task.Environment.Actions, learnsBackward ? task.Environment.BackwardActions : 0, hasFlow);
        int[] hidden = [.. Enumerable.Repeat(config.Whole("width"), config.Whole("depth"))];
        Policy policy = task.Network?.Invoke(layout) ?? new HotMlpPolicy(layout, task.Observed, task.Environment.Levels, hidden, config.Whole("window"));
        double clip = config.Number("clip");
        var settings = new GFlowNetSettings
        {
            Batch = config.Whole("batch"),
            LearningRate = config.Number("learning-rate"),
            LogZRate = config.Number("log-z-rate"),
            LogZStart = config.Number("log-z-start"),
            Schedule = Schedules.Cosine(config.Steps, config.Number("final-rate")),
            WeightDecay = config.Number("weight-decay"),
            Clip = clip == 0 ? double.PositiveInfinity : clip,
            ReplayBatch = config.Whole("replay"),
            ReplayCapacity = config.Whole("replay-capacity"),
        };
        Key key = Key.FromSeed(config.Seed);
        network = new GFlowNet<TEnvironment>(task.Environment, policy, task.Reward.LogOf, objective, settings, key) { Temperature = config.Number("temperature") };
        exploration = Ramp.Of(config, "exploration");
        alpha = Ramp.Of(config, "alpha");
        tally = task.Modes is null ? null : new ModeTally(task.Modes, task.Environment.Cells);
        judge = new GFlowNetJudge<TEnvironment>(task, network, key.Split("judge"));
    }

    public long CompletedSteps { get; private set; }

    public IReadOnlyList<Plan> TrainingPlans => network.Plans;

    public double UsefulFlops => 3.0 * network.Policy.FlopsPerState * visits;

    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("parameters", network.Parameters.Count.ToString("N0", CultureInfo.InvariantCulture)),
        ("states at which the policy is asked in an iteration", (visits / Math.Max(1, CompletedSteps)).ToString("F1", CultureInfo.InvariantCulture)),
        ("useful arithmetic of an iteration", string.Create(
            CultureInfo.InvariantCulture, $"{1e-6 * UsefulFlops / Math.Max(1, CompletedSteps):F1} Mflop")),
    ];

    public void TrainStep()
    {
        network.Exploration = exploration.At(CompletedSteps);
        annealed?.Alpha.Write(alpha.At(CompletedSteps));
        network.Optimizer.ApplySchedule(CompletedSteps);
        network.Iterate();
        loss = network.Loss;
        visits += network.VisitCount;
        tally?.Add(network.Objects);
        CompletedSteps++;
    }

    public IReadOnlyList<Metric> Metrics()
    {
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        double meanReward = task.Reward.LogOf(network.Objects).To(DType.F64).Exp().Mean().Item();
        List<Metric> metrics = [new("loss", loss), new("mean_reward", meanReward), new("asked_states", network.VisitCount)];
        if (double.IsFinite(network.LogZ)) metrics.Add(new("log_z", network.LogZ));
        if (tally is not null) metrics.AddRange([new("modes", tally.Modes), new("mode_regions", tally.Regions)]);
        return metrics;
    }

    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("step", CompletedSteps);
        checkpoint.Add("loss", loss);
        checkpoint.Add("visits", visits);
        checkpoint.Add("last_visits", (long)network.VisitCount);
        checkpoint.Add("objects", network.Objects.Clone());
        checkpoint.Add("network", network.State.Select(static one => new NamedTensor(one.Name, one.Value)));
        if (tally is not null) checkpoint.Add("tally", tally.State.Select(static one => new NamedTensor(one.Name, one.Value)));
    }

    public void Load(CheckpointReader checkpoint)
    {
        CompletedSteps = checkpoint.Whole("step");
        loss = checkpoint.Number("loss");
        visits = checkpoint.Number("visits");
        network.Restore((int)checkpoint.Whole("last_visits"), checkpoint.Tensor("objects"));
        checkpoint.Read("network", network.State.Select(static one => new NamedTensor(one.Name, one.Value)));
        tally?.Load(checkpoint.Tensor("tally.modes"), checkpoint.Tensor("tally.regions"), checkpoint.Tensor("tally.seen"));
    }

    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress)
    {
        List<Metric> metrics = [.. judge.Evaluate(progress)];
        if (tally is not null) metrics.AddRange([new("modes", tally.Modes), new("mode_regions", tally.Regions)]);
        return metrics;
    }

    public void Report(ReportBuilder report) => judge.Report(report);

    public IReadOnlyList<NamedTensor> Sample(SampleRequest request, ReportBuilder report)
    {
        Tensor objects = network.Sample(request.Count, Key.FromSeed(request.Seed).Split("samples"));
        double[] logReward = judge.LogReward(objects);
        int cells = task.Environment.Cells;
        long[] numbers = objects.Read<long>();
        IReadOnlyList<string>[] rows = [.. Enumerable.Range(0, Math.Min(MostListed, request.Count)).Select(i => (IReadOnlyList<string>)
            [task.Spell(numbers[(i * cells)..((i + 1) * cells)]), Math.Exp(logReward[i]).ToString("G4", CultureInfo.InvariantCulture)])];
        report.Table("Objects drawn by the policy", new Table(["object", "reward"], rows));
        return [new("objects", objects), new("log_reward", Tensor.From(logReward))];
    }

    public void Dispose()
    {
    }

    // A straight line over some steps, then its end.
    readonly record struct Ramp(double Start, double End, double Steps)
    {
        public static Ramp Of(RunConfig config, string name) => new(config.Number(name), config.Number(name + "-end"), config.Number(name + "-steps"));

        public double At(long step) => Start + (Math.Min(1, step / Math.Max(1, Steps)) * (End - Start));
    }
}
