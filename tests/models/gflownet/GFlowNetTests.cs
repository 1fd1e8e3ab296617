using Adjoint.Kernels;
using Adjoint.Models;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Training of GFlowNets: sampling, learning, replay, runs of the command's model.</summary>
[NonParallelizable]
sealed class GFlowNetTests
{
    static readonly Hypergrid grid = new(2, 5);

    static GFlowNet<Hypergrid> Network(IObjective? objective, DType type = DType.F64, int replay = 0, bool learnsBackward = true, long seed = 1)
    {
        bool hasFlow = objective?.Needs.HasFlag(ObjectiveNeeds.LogFlow) ?? false;
        var layout = new PolicyLayout(grid.Actions, learnsBackward ? grid.BackwardActions : 0, hasFlow);
        var policy = new HotMlpPolicy(layout, grid.Cells, grid.Levels, [24, 16]);
        var reward = new HypergridReward(2, 5, HypergridRewardSet.Shallow, type);
        return new(grid, policy, reward.LogOf, objective, new GFlowNetSettings { Batch = 8, ReplayBatch = replay, ReplayCapacity = 20, Type = type }, Key.FromSeed(seed));
    }

    [Test]
    public void RecallingAForwardPassGivesItsDerivative()
    {
        var policy = new HotMlpPolicy(new PolicyLayout(3, 2, true), 2, 5, [24, 16]);
        var parameters = new ParameterSet(policy, Key.FromSeed(2), DType.F64);
        Tensor states = new Generator(Key.FromSeed(3)).Integers([11, 2], 0, 5), weights = new Generator(Key.FromSeed(4)).Normal([11, 6], DType.F64);
        Tensor[] plain = Autodiff.Gradients((policy.Forward(states) * weights).Sum(), parameters.Values);
        Tensor[] results;
        using (Autodiff.Pause()) results = policy.Compute(states);
        Tensor[] recalled = Autodiff.Gradients((policy.Recall(states, results) * weights).Sum(), parameters.Values);
        for (int i = 0; i < plain.Length; i++) Assert.That(recalled[i].Read<double>(), Is.EqualTo(plain[i].Read<double>()).Within(1e-12), parameters.Parameters[i].Name);
    }

    // A policy of which nothing is recalled, so that learning takes it whole.
    sealed class Forgetful : Policy
    {
        readonly HotMlpPolicy inner;

        public Forgetful(HotMlpPolicy inner) : base(inner.Layout) => this.inner = Child("inner", inner);

        public override long FlopsPerState => inner.FlopsPerState;

        public override Tensor Forward(Tensor states) => inner.Forward(states);
    }

    [Test]
    public void LearningInHalvesIsLearningFromTheWhole([ValueSource(nameof(Objectives))] string name, [Values(16, 33)] int batch)
    {
        IObjective? objective = Make(name, DType.F64);
        Compare(new Hypergrid(2, 9), new HypergridReward(2, 9, HypergridRewardSet.Shallow, DType.F64).LogOf, objective, batch);
        Compare(new Hypergrid(3, 4), new HypergridReward(3, 4, HypergridRewardSet.Shallow, DType.F64).LogOf, objective, batch);
        if (objective is not null && (objective.Needs & (ObjectiveNeeds.StateReward | ObjectiveNeeds.Stop)) == 0)
            Compare(new AutoregressiveString(4, 3), static states => states.To(DType.F64).Sum(1) / 4, objective, batch);
    }

    static void Compare<TEnvironment>(TEnvironment environment, Func<Tensor, Tensor> reward, IObjective? objective, int batch) where TEnvironment : unmanaged, IEnvironment
    {
        int seed = Seeds.Fresh();
        GFlowNet<TEnvironment>[] networks = [.. new[] { false, true }.Select(forgets =>
        {
            var layout = new PolicyLayout(environment.Actions, environment.BackwardActions, objective?.Needs.HasFlag(ObjectiveNeeds.LogFlow) ?? false);
            var policy = new HotMlpPolicy(layout, environment.Cells, environment.Levels, [24, 16]);
            return new GFlowNet<TEnvironment>(environment, forgets ? new Forgetful(policy) : policy, reward, objective, new GFlowNetSettings { Batch = batch, Type = DType.F64 }, Key.FromSeed(seed));
        })];
        networks[0].Parameters.Flat.CopyInto(networks[1].Parameters.Flat);
        for (int i = 0; i < 6; i++)
        {
            foreach (GFlowNet<TEnvironment> network in networks) network.Iterate();
            Assert.That(networks[0].Loss, Is.EqualTo(networks[1].Loss).Within(1e-9 * (1 + Math.Abs(networks[1].Loss))), $"{typeof(TEnvironment).Name}, iteration {i}, seed {seed}");
        }

        Assert.That(networks[0].Parameters.Flat.Read<double>(), Is.EqualTo(networks[1].Parameters.Flat.Read<double>()).Within(1e-9), $"{typeof(TEnvironment).Name}, seed {seed}");
        Assert.That(networks[0].Plans.Count, Is.EqualTo(networks[1].Plans.Count + (objective is null ? 0 : 5)));
    }

    [Test]
    public void EveryObjectiveLearnsASmallGrid([ValueSource(nameof(Objectives))] string name, [Values] bool learnsBackward)
    {
        GFlowNet<Hypergrid> network = Network(Make(name), DType.F32, learnsBackward: learnsBackward);
        network.Exploration = 0.05;
        for (int i = 0; i < 1200; i++) network.Iterate();
        StateSpace space = StateSpace.Of(grid);
        var target = new Target(space, new HypergridReward(2, 5, HypergridRewardSet.Shallow, DType.F64));
        var learned = new ExactDistribution(space, PolicyTable.Of(space, network.LogProbabilities));
        Assert.That(DistributionMetrics.Of(target, learned).TotalVariation, Is.LessThan(0.1));
    }

    [Test]
    public void FlowMatchingLearnsStringsFromATable()
    {
        LearnsTable(new AutoregressiveString(3, 3), 3, 3);
        LearnsTable(new PrependAppendString(4, 2), 4, 2);
    }

    // The table knows nothing of strings that are not complete yet.
    static void LearnsTable<TEnvironment>(TEnvironment environment, int length, int letters) where TEnvironment : unmanaged, IEnvironment
    {
        double[] logs = (new Generator(Key.FromSeed(10)).Normal([(int)Math.Pow(letters, length)], DType.F64) * 1.5).Read<double>();
        var policy = new HotMlpPolicy(new PolicyLayout(environment.Actions, 0, HasFlow: false), environment.Cells, environment.Levels, [32, 32]);
        var settings = new GFlowNetSettings { Batch = 16, LearningRate = 3e-3 };
        var network = new GFlowNet<TEnvironment>(environment, policy, new TableReward(length, letters, logs).LogOf, null, settings, Key.FromSeed(11)) { Exploration = 0.1 };
        for (int i = 0; i < 1500; i++) network.Iterate();
        StateSpace space = StateSpace.Of(environment);
        var target = new Target(space, new TableReward(length, letters, logs, DType.F64));
        var learned = new ExactDistribution(space, PolicyTable.Of(space, network.LogProbabilities));
        Assert.That(DistributionMetrics.Of(target, learned).TotalVariation, Is.LessThan(0.1), typeof(TEnvironment).Name);
    }

    static string[] Objectives => ["tb", "vargrad", "db", "fldb", "subtb", "mdb", "fm", "forward-kl", "jensen-shannon"];

    static IObjective? Make(string name, DType type = DType.F32) => name switch
    {
        "tb" => new TrajectoryBalance(),
        "vargrad" => new LogVariance(),
        "db" => new DetailedBalance(),
        "fldb" => new DetailedBalance(isForwardLooking: true),
        "subtb" => new SubTrajectoryBalance(0.9),
        "mdb" => new ModifiedDetailedBalance(),
        "fm" => null,
        _ => new DivergenceBalance(DivergenceTable.Make(name, type: type), learnsLogZ: false),
    };

    [Test]
    public void SamplesFollowTheExactDistributionOfThePolicy()
    {
        const int count = 40_000;
        GFlowNet<Hypergrid> network = Network(new TrajectoryBalance());
        StateSpace space = StateSpace.Of(grid);
        var exact = new ExactDistribution(space, PolicyTable.Of(space, network.LogProbabilities));
        double[] found = space.CountObjects(network.Sample(count, Key.FromSeed(5)));
        double statistic = 0;
        int cells = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double expected = count * exact.Probabilities[i];
            if (expected < 5) continue;
            statistic += (found[i] - expected) * (found[i] - expected) / expected;
            cells++;
        }

        // The mean of χ² is its degrees of freedom, its variance twice that: six deviations.
        Assert.That(statistic, Is.LessThan(cells + (6 * Math.Sqrt(2.0 * cells))), $"{cells} cells, seed 5");
    }

    [Test]
    public void WaysBackEstimateTheProbabilityOfObjects()
    {
        GFlowNet<Hypergrid> network = Network(new TrajectoryBalance());
        StateSpace space = StateSpace.Of(grid);
        var exact = new ExactDistribution(space, PolicyTable.Of(space, network.LogProbabilities));
        double[] estimates = network.EstimateLogProbabilities(space.Rows(space.Objects), 2000, Key.FromSeed(6));
        for (int i = 0; i < estimates.Length; i++) Assert.That(estimates[i], Is.EqualTo(exact.LogProbabilities[i]).Within(0.1), $"object {i}, seed 6");
    }

    [Test]
    public void TrajectoriesThatLeadBackAreTrajectoriesForward()
    {
        GFlowNet<Hypergrid> network = Network(new TrajectoryBalance());
        Tensor objects = Tensor.From<long>([3, 2, 0, 0, 4, 4], [3, 2]);
        var sampler = new BackwardSampler<Hypergrid>(grid, network.Policy, new Generator(Key.FromSeed(7)));
        int levels = grid.LongestPath;
        var visits = new Visits(sampler.CapacityOf(3), 2, [], DType.F64);
        sampler.Fill(objects, visits);
        long[] actions = visits.Actions.Read<long>(), arrivals = visits.Arrivals.Read<long>();
        for (int i = 0; i < 3; i++)
        {
            int length = (int)objects.Read<long>().AsSpan(2 * i, 2).ToArray().Sum();
            for (int level = 0; level < levels; level++)
            {
                int slot = (level * 3) + i, before = levels - 1 - length;
                if (level < before) Assert.That(actions[slot], Is.EqualTo(-1), "before the source there is nothing");
                else if (level == levels - 1) Assert.That(actions[slot], Is.EqualTo(grid.Actions - 1), "the last action stops");
                else
                {
                    (Tensor next, Tensor way) = grid.Step(visits.States.Slice(0, slot, slot + 1), Tensor.From<long>([actions[slot]]));
                    Assert.That(next.Read<long>(), Is.EqualTo(visits.States.Slice(0, slot + 3, slot + 4).Read<long>()));
                    Assert.That(way.Read<long>()[0], Is.EqualTo(arrivals[slot + 3]));
                }

                if (level <= before) Assert.That(arrivals[slot], Is.EqualTo(-1));
            }
        }
    }

    [Test]
    public void AReplayBufferKeepsTheNewest()
    {
        var buffer = new ReplayBuffer(5, 1);
        var generator = new Generator(Key.FromSeed(8));
        buffer.Add(Tensor.From<long>([1, 2, 3], [3, 1]));
        Assert.That(buffer.Draw(generator, 200).Read<long>().Distinct().Order(), Is.EqualTo(new long[] { 1, 2, 3 }));
        buffer.Add(Tensor.From<long>([4, 5, 6, 7], [4, 1]));
        Assert.That(buffer.Draw(generator, 400).Read<long>().Distinct().Order(), Is.EqualTo(new long[] { 3, 4, 5, 6, 7 }));
    }

    [Test]
    public void OneThreadAndTwoGiveTheSameBits([Values("tb", "subtb", "fm")] string name)
    {
        int before = Settings.Threads;
        try
        {
            var losses = new List<double[]>();
            foreach (int threads in (int[])[1, 2])
            {
                Settings.Threads = threads;
                GFlowNet<Hypergrid> network = Network(Make(name), DType.F32, replay: name == "fm" ? 0 : 4);
                losses.Add([.. Enumerable.Range(0, 30).Select(_ =>
                {
                    network.Iterate();
                    return network.Loss;
                })]);
            }

            Assert.That(losses[1], Is.EqualTo(losses[0]));
        }
        finally
        {
            Settings.Threads = before;
        }
    }

    [Test]
    public void ADeviceTrainsAsTheProcessorDoes()
    {
        double[] Losses()
        {
            GFlowNet<Hypergrid> network = Network(new TrajectoryBalance(), DType.F32, replay: 2);
            return [.. Enumerable.Range(0, 3).Select(_ =>
            {
                network.Iterate();
                return network.Loss;
            })];
        }

        double[] expected = Losses(), found;
        using (Gpu.SimulatorBackend.Use()) found = Losses();
        Assert.That(found, Is.EqualTo(expected).Within(1e-3).Percent);
    }

    static readonly (string Preset, (string, string)[] Settings)[] runs =
    [
        ("hypergrid-2x8", [("replay", "4"), ("exploration", "0.1"), ("width", "16")]),
        ("hypergrid-4x8", [("objective", "ftb"), ("f", "alpha"), ("alpha", "0.5"), ("alpha-end", "1.2"), ("alpha-steps", "20"), ("log-z", "batch"), ("width", "16")]),
        ("bitseq-120", [("bits", "16"), ("word", "2"), ("batch", "4"), ("objective", "subtb")]),
        ("bitseq-120", [("bits", "16"), ("word", "2"), ("order", "left-to-right"), ("width", "16")]),
        ("ising", [("side", "3"), ("width", "16"), ("objective", "db")]),
        ("dag-5", [("variables", "3"), ("batch", "8"), ("width", "16")]),
    ];

    static IEnumerable<TestCaseData> Runs => runs.Select((run, i) => new TestCaseData(run.Preset, run.Settings).SetArgDisplayNames($"{i} {run.Preset}"));

    [TestCaseSource(nameof(Runs))]
    public void ThreadsDoNotChangeARun(string preset, (string, string)[] settings)
    {
        int before = Settings.Threads;
        var model = new GFlowNetModel();
        IExperiment After(int threads)
        {
            Settings.Threads = threads;
            IExperiment experiment = model.Create(RunConfig.Create(model, model.Presets.Single(one => one.Name == preset), settings, seed: 4, steps: 12));
            while (experiment.CompletedSteps < 12) experiment.TrainStep();
            return experiment;
        }

        try
        {
            using IExperiment one = After(1), two = After(2), three = After(3);
            ExperimentState.AssertSame(one, two);
            ExperimentState.AssertSame(one, three);
        }
        finally
        {
            Settings.Threads = before;
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void ARunResumesToTheSameBitsAndIsJudged(string preset, (string, string)[] settings)
    {
        IExperiment Create()
        {
            var model = new GFlowNetModel();
            return model.Create(RunConfig.Create(model, model.Presets.Single(one => one.Name == preset), settings, seed: 3, steps: 24));
        }

        using IExperiment whole = Create(), first = Create(), second = Create();
        for (int i = 0; i < 24; i++) whole.TrainStep();
        for (int i = 0; i < 13; i++) first.TrainStep();
        second.Load(ExperimentState.Snapshot(first));
        Assert.That(second.Metrics(), Is.EqualTo(first.Metrics()));
        while (second.CompletedSteps < 24) second.TrainStep();
        ExperimentState.AssertSame(whole, second);
        IReadOnlyList<Metric> results = whole.Evaluate(new NoProgress());
        Assert.That(results.Select(static one => one.Value), Has.All.Matches<double>(double.IsFinite));
        Assert.That(results.Select(static one => one.Name), Is.Unique);
        var report = new ReportBuilder();
        whole.Report(report);
        var samples = ((ISampler)whole).Sample(new SampleRequest(5, 1), report);
        Assert.That(samples[0].Value.Shape[0], Is.EqualTo(5));
        Assert.That(report.Parts, Is.Not.Empty);
    }

    sealed class NoProgress : IProgressReporter
    {
        public void Report(string stage, double fraction)
        {
        }
    }

    [Test]
    public void AnObjectiveThatTheEnvironmentCannotServeIsRefused()
    {
        var model = new GFlowNetModel();
        RunConfig config = RunConfig.Create(model, model.Presets.Single(static one => one.Name == "ising"), [("objective", "mdb")]);
        Assert.That(() => model.Create(config), Throws.TypeOf<SettingException>().With.Message.Contains("objective"));
        Assert.That(() => Network(null, replay: 4), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void EachWordOfAStringFilledFromTheLeftHasItsRow()
    {
        const int Cells = 4, Levels = 4, Words = 1 + 3 + 9 + 27 + 81;
        var policy = new HotMlpPolicy(new PolicyLayout(3, 0, false), Cells, Levels, [1], window: Cells);
        LetWordsWeighTheirRow(policy, Cells * Levels, Words);
        long[][] strings = [.. Enumerable.Range(0, 256).Select(static n => new long[] { n % 4, n / 4 % 4, n / 16 % 4, n / 64 }).Where(static one => one.SkipWhile(static cell => cell > 0).All(static cell => cell == 0))];
        float[] rows = policy.Compute(Tensor.From([.. strings.SelectMany(static one => one)], [strings.Length, Cells]))[0].Read<float>();
        Assert.That(rows.Order(), Is.EqualTo(Enumerable.Range(1, Words).Select(static row => (float)row)));
    }

    [Test]
    public void AWordHasItsRowWhereverItStands()
    {
        const int Levels = 4, Words = 1 + 3 + 9;
        HotMlpPolicy PolicyOf(int cells)
        {
            var policy = new HotMlpPolicy(new PolicyLayout(3, 0, false), cells, Levels, [1], window: 2);
            LetWordsWeighTheirRow(policy, cells * Levels, Words);
            return policy;
        }

        float Told(HotMlpPolicy policy, params long[] cells) => policy.Compute(Tensor.From(cells, [1, cells.Length]))[0].Read<float>()[0];
        HotMlpPolicy pairs = PolicyOf(2), strings = PolicyOf(5);
        foreach (long[] one in (long[][])[[1, 2, 1, 2, 3], [3, 3, 3, 3, 3], [2, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
            Assert.That(Told(strings, one), Is.EqualTo(Enumerable.Range(0, 4).Sum(i => Told(pairs, one[i], one[i + 1]))));
    }

    // Letters weigh nothing and word r weighs r + 1, so the hidden unit tells the word's row.
    static void LetWordsWeighTheirRow(HotMlpPolicy policy, int letters, int words)
    {
        _ = new ParameterSet(policy, Key.FromSeed(0));
        Parameter weight = policy.NamedParameters.Single(static one => one.Name == "first.weight").Parameter;
        Assert.That(weight.Value.Count, Is.EqualTo(letters + words));
        weight.Value.Write<float>([.. Enumerable.Repeat(0f, letters), .. Enumerable.Range(1, words).Select(static row => (float)row)]);
        policy.NamedParameters.Single(static one => one.Name == "first.bias").Parameter.Value.Write<float>([0f]);
    }
}
