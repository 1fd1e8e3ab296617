using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Active learning with a GFlowNet (Jain et al. 2022, algorithm 1; gflownet specification, section 5.5): fit a surrogate to the data, train a policy whose reward is an acquisition of it, draw a pool, choose a batch,
/// have it labelled, and again. A round is a fixed number of parts, between any two of which the state can be saved.
/// </summary>
/// <typeparam name="TEnvironment">The rules by which objects are built.</typeparam>
public sealed class ActiveLearning<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    /// <summary>Parts of a round: ten of the surrogate's fit, then the policy's training, then the choice of the batch.</summary>
    public const int Parts = 50;

    const int FitParts = 10, TrainingParts = Parts - FitParts - 1;

    readonly ObjectLibrary library;
    readonly Func<int, double> oracle;
    readonly ISurrogate surrogate;
    readonly AcquisitionFunction acquisition;
    readonly AcquisitionReward reward;
    readonly ActiveLearningSettings settings;
    readonly Key key;
    readonly SavedValues beginning;
    readonly int initial;
    readonly List<RoundRecord> records = [];
    double[] worth;
    double rankCorrelation;

    /// <summary>Labels the first objects, and makes the policy.</summary>
    /// <param name="environment">The rules.</param>
    /// <param name="library">All objects.</param>
    /// <param name="oracle">The label of a place in the library.</param>
    /// <param name="first">Places labelled at the start; two at least.</param>
    /// <param name="surrogate">The model of the oracle.</param>
    /// <param name="acquisition">What is worth to be labelled.</param>
    /// <param name="policy">The network.</param>
    /// <param name="objective">The balance loss; null for flow matching.</param>
    /// <param name="learning">How the policy is trained. With a replay batch it learns from the data as well; the buffer is given room for them.</param>
    /// <param name="settings">How a round goes.</param>
    /// <param name="rounds">The most rounds.</param>
    /// <param name="key">All randomness.</param>
    /// <exception cref="SettingException">There are not enough objects for all rounds, or a part does not fit the others.</exception>
    public ActiveLearning(
        TEnvironment environment, ObjectLibrary library, Func<int, double> oracle, IReadOnlyList<int> first, ISurrogate surrogate, AcquisitionFunction acquisition,
        Policy policy, IObjective? objective, GFlowNetSettings learning, ActiveLearningSettings settings, long rounds, Key key)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(oracle);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(learning);
        ArgumentNullException.ThrowIfNull(settings);
        (this.library, this.oracle, this.surrogate, this.acquisition, this.settings, this.key) = (library, oracle, surrogate, acquisition, settings, key);
        if (first.Count < 2) throw new SettingException($"ActiveLearning: {first.Count} first objects are too few to fit a surrogate. Label two at least.");
        long most = first.Count + (rounds * settings.Batch);
        if (rounds > library.Count || most > library.Count)
            throw new SettingException($"ActiveLearning: {first.Count} first objects and {rounds} batches of {settings.Batch} are more than the {library.Count} that there are. Take fewer rounds or smaller batches.");
        initial = first.Count;
        reward = new AcquisitionReward(library, settings.Floor);
        worth = new double[library.Count];
        Data = new LabelledObjects(library);
        Network = new GFlowNet<TEnvironment>(
            environment, policy, reward.LogOf, objective, learning with { ReplayCapacity = (int)most, StoresOwnObjects = false }, key.Split("policy"));
        beginning = new SavedValues([Network.Parameters.Flat, .. Network.Optimizer.State.Select(static one => one.Value)]);
        Label(first);
    }

    /// <summary>The policy.</summary>
    public GFlowNet<TEnvironment> Network { get; }

    /// <summary>The data so far.</summary>
    public LabelledObjects Data { get; }

    /// <summary>How many of them were labelled at the start.</summary>
    public int Initial => initial;

    /// <summary>What each round brought.</summary>
    public IReadOnlyList<RoundRecord> Records => records;

    /// <summary>Parts done.</summary>
    public long CompletedParts { get; private set; }

    /// <summary>Mean squared error of the surrogate at held-out objects.</summary>
    public double SurrogateError => surrogate.Error;

    /// <summary>The policy's last loss; before its first, the surrogate's error.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Floating-point operations of the policy's training so far.</summary>
    public double UsefulFlops { get; private set; }

    /// <summary>The acquisition of each object of the library, as it was last.</summary>
    public ReadOnlySpan<double> Worth => worth;

    /// <summary>Does the next part.</summary>
    public void Advance()
    {
        int round = (int)(CompletedParts / Parts), part = (int)(CompletedParts % Parts);
        if (part == 0) surrogate.Begin(Data, round);
        if (part < FitParts) Fit(part + 1);
        else if (part < FitParts + TrainingParts) Train(part - FitParts);
        else Choose(round);
        if (round == 0 && part < FitParts) Loss = surrogate.Error;
        CompletedParts++;
    }

    /// <summary>Draws objects i64 [count, cells] from the policy as it is.</summary>
    public Tensor Draw(int count, Key draws)
    {
        // Of flow matching the reward is a part of the policy.
        reward.Power = settings.PowerAt(settings.Iterations);
        return Network.Sample(count, draws);
    }

    void Fit(int part)
    {
        surrogate.Fit(part, FitParts);
        if (part < FitParts) return;
        int[] all = [.. Enumerable.Range(0, library.Count)];
        SurrogatePrediction objects = surrogate.Predict(all);
        var data = new SurrogatePrediction([.. Data.Places.Select(place => objects.Mean[place])], [.. Data.Places.Select(place => objects.Deviation[place])]);
        worth = acquisition.Of(objects, data);
        reward.Write(worth);
        int[] unseen = Data.Unlabelled();
        rankCorrelation = unseen.Length < 2 ? 0 : Correlation.Spearman(Array.ConvertAll(unseen, place => objects.Mean[place]), Array.ConvertAll(unseen, place => oracle(place)), ofConstant: 0);
        if (!settings.KeepsPolicy) beginning.Restore();
    }

    void Train(int part)
    {
        int end = (int)((long)settings.Iterations * (part + 1) / TrainingParts);
        for (int iteration = (int)((long)settings.Iterations * part / TrainingParts); iteration < end; iteration++)
        {
            reward.Power = settings.PowerAt(iteration);
            Network.Iterate();
            UsefulFlops += Network.UsefulFlops;
            Loss = Network.Loss;
        }
    }

    void Choose(int round)
    {
        int[] pool = Places(Draw(settings.Pool, key.Split("pool").Split(round)));
        int[] candidates = [.. pool.Distinct().Where(place => !Data.Contains(place))], unseen = Data.Unlabelled();
        int[] ordered = settings.TakesBest ? BatchChoice.ByValue(candidates, worth) : candidates;
        int[] chosen = BatchChoice.Spaced(ordered, settings.Batch, settings.Spacing, library.Distance);
        int[] ideal = BatchChoice.Spaced(BatchChoice.ByValue(unseen, worth), settings.Batch, settings.Spacing, library.Distance);

        // A policy that draws too few new objects leaves the rest to chance.
        int[] others = [.. unseen.Except(candidates)];
        chosen = [.. chosen, .. RandomSearch.Draw(others, settings.Batch - chosen.Length, key.Split("chance").Split(round))];
        Label(chosen);
        records.Add(RoundRecord.Of(library, Data, initial, settings.Batch, settings.Top) with
        {
            RankCorrelation = rankCorrelation,
            PoolMean = pool.Average(oracle),
            PoolNew = (double)candidates.Length / pool.Length,
            LibraryPerformance = ideal.Average(oracle),
        });
    }

    int[] Places(Tensor states)
    {
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        return Array.ConvertAll(library.PlacesOf(states).Read<long>(), static place => (int)place);
    }

    // New data go to the policy's replay buffer too.
    void Label(IReadOnlyList<int> places)
    {
        foreach (int place in places) Data.Add(place, oracle(place));
        if (Network.Replay is not { } replay) return;
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        replay.Add(library.States([.. places]));
    }

    /// <summary>Writes the whole state.</summary>
    public void Save(CheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add("parts", CompletedParts);
        checkpoint.Add("loss", Loss);
        checkpoint.Add("flops", UsefulFlops);
        checkpoint.Add("rank_correlation", rankCorrelation);
        checkpoint.Add("places", Tensor.From<long>([.. Data.Places.Skip(initial).Select(static place => (long)place)]));
        checkpoint.Add("records", Tensor.From<double>([.. records.SelectMany(static one => one.Numbers)], [records.Count, RoundRecord.Width]));
        checkpoint.Add("worth", Tensor.From(worth));
        checkpoint.Add("surrogate", surrogate.State);
        checkpoint.Add("network", Network.State.Select(static one => new NamedTensor(one.Name, one.Value)));
    }

    /// <summary>Takes up, right after construction, where a checkpoint left off.</summary>
    /// <exception cref="DataException">The checkpoint belongs to another configuration, or is damaged.</exception>
    public void Load(CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        CompletedParts = checkpoint.Whole("parts");
        Loss = checkpoint.Number("loss");
        UsefulFlops = checkpoint.Number("flops");
        rankCorrelation = checkpoint.Number("rank_correlation");
        int rounds = (int)Math.Clamp(CompletedParts / Parts, 0, (library.Count - initial) / settings.Batch);
        Tensor saved = Tensor.Zeros([rounds * settings.Batch], DType.I64), history = Tensor.Zeros([rounds, RoundRecord.Width], DType.F64), values = Tensor.Zeros([library.Count], DType.F64);
        checkpoint.Read("places", saved);
        checkpoint.Read("records", history);
        checkpoint.Read("worth", values);
        long[] places = saved.Read<long>();
        double[] numbers = history.Read<double>();
        foreach (long place in places)
        {
            if (place < 0 || place >= library.Count || Data.Contains((int)place)) throw new DataException($"The checkpoint's labelled object {place} is none, or is there twice. The file is damaged.");
            Data.Add((int)place, oracle((int)place));
        }

        for (int round = 0; round < rounds; round++) records.Add(RoundRecord.From(numbers.AsSpan(round * RoundRecord.Width)));
        worth = values.Read<double>();
        if (CompletedParts >= FitParts) reward.Write(worth);
        surrogate.Begin(Data, rounds);
        checkpoint.Read("surrogate", surrogate.State);
        checkpoint.Read("network", Network.State.Select(static one => new NamedTensor(one.Name, one.Value)));
    }
}
