using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Trains a policy to draw objects in proportion to a reward: each iteration samples a batch of trajectories, and takes a step on a balance loss. Sampling and learning are recorded as plans. Where all
/// trajectories have one length, a lane samples in one plan. Where they end at different times, the host leaves out those that have ended, so that the network is asked no more than needed; the numbers of
/// the states never come to the host.
/// </summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
/// <example><code>
/// var environment = new Hypergrid(dimensions: 2, side: 8);
/// var policy = new HotMlpPolicy(new PolicyLayout(environment.Actions, environment.BackwardActions, HasFlow: false), environment.Cells, environment.Levels, [256, 256]);
/// var network = new GFlowNet&lt;Hypergrid&gt;(environment, policy, new HypergridReward(2, 8, HypergridRewardSet.Shallow).LogOf, new TrajectoryBalance(), new GFlowNetSettings(), Key.FromSeed(0));
/// for (int i = 0; i &lt; 2000; i++) network.Iterate();
/// </code></example>
public sealed class GFlowNet<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    // Trajectories at once where nothing is learned.
    const int SampleBatch = 256;

    readonly TEnvironment environment;
    readonly Func<Tensor, Tensor> reward;
    readonly IObjective? objective;
    readonly GFlowNetSettings settings;
    readonly LogPartition? partition;
    readonly ForwardSampler<TEnvironment> sampler;
    readonly TrajectoryReader<TEnvironment> reader;
    readonly TrajectoryLoop<TEnvironment> loop;
    readonly Relearning? relearning;

    // Where a batch is small and the policy recalls what it computed: the halves of its gradient.
    readonly (RecallingPolicy Policy, GradientParts Gradient)? halves;

    // Where all trajectories have one length: the plans that ask at early states, and that sample, one a lane each, and the step of learning.
    (Plan[] Asks, Plan[] Samples, Lesson Lesson)? whole;

    /// <summary>Makes parameters, memory and the optimiser.</summary>
    /// <param name="environment">The rules.</param>
    /// <param name="policy">The network, with the heads that the objective asks for.</param>
    /// <param name="reward">log R [rows] of states [rows, cells], in tensor ops.</param>
    /// <param name="objective">The balance loss; null for flow matching.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="key">All randomness.</param>
    /// <exception cref="SettingException">The objective asks for a head that the policy lacks, or for what the environment does not have.</exception>
    public GFlowNet(TEnvironment environment, Policy policy, Func<Tensor, Tensor> reward, IObjective? objective, GFlowNetSettings settings, Key key)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(settings);
        this.environment = environment;
        this.reward = reward;
        this.objective = objective;
        this.settings = settings;
        Policy = policy;
        Check(policy.Layout);
        List<(string, Module)> modules = [("policy", policy)];
        List<ParameterGroup> groups = [];
        if (Needs.HasFlag(ObjectiveNeeds.LogZ))
        {
            partition = new LogPartition(settings.LogZStart);
            modules.Add(("partition", partition));
            groups.Add(new ParameterGroup(partition, learningRateScale: settings.LogZRate / settings.LearningRate, weightDecay: 0));
        }

        Parameters = new ParameterSet(new Composite([.. modules]), key.Split("weights"), settings.Type, groups);
        Optimizer = new AdamW(Parameters, settings.LearningRate, weightDecay: settings.WeightDecay)
        {
            Schedule = settings.Schedule,
            Clip = double.IsFinite(settings.Clip) ? new GradientClip(Parameters, settings.Clip) : null,
        };
        bool evaluatesEnds = environment.HasFixedLength && policy.Layout.BackwardActions > 0;
        reader = new TrajectoryReader<TEnvironment>(environment, policy, reward, Needs, settings.Batch, evaluatesEnds);
        sampler = Sampler(settings.Batch, key.Split("sampling"));
        loop = new TrajectoryLoop<TEnvironment>(sampler);
        if (settings.ReplayBatch == 0)
        {
            if (policy is RecallingPolicy recalling && objective is not null && sampler.Lanes > 1 && Parameters.Flat.Device == Device.Cpu) halves = (recalling, new GradientParts(Parameters, 2));
            return;
        }

        if (objective is null) throw new SettingException("GFlowNet: flow matching learns from its own trajectories only. Choose another objective, or no replay.");
        var generator = new Generator(key.Split("replay"));
        var backward = new BackwardSampler<TEnvironment>(environment, policy, generator);
        relearning = new Relearning(
            generator, new ReplayBuffer(settings.ReplayCapacity, environment.Cells), backward,
            new Visits(backward.CapacityOf(settings.ReplayBatch), environment.Cells, [], settings.Type),
            new TrajectoryReader<TEnvironment>(environment, policy, reward, Needs, settings.ReplayBatch, evaluatesEnds));
    }

    /// <summary>The network.</summary>
    public Policy Policy { get; }

    /// <summary>Its parameters, and log Z.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The optimiser.</summary>
    public AdamW Optimizer { get; }

    /// <summary>Everything that a later iteration depends on, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
    [
        .. sampler.State,
        .. Parameters.State.Select(static one => ("parameters." + one.Name, one.Value)),
        .. Optimizer.State.Select(static one => ("optimizer." + one.Name, one.Value)),
        .. (relearning?.State ?? []).Select(static one => ("replay." + one.Name, one.Value)),
    ];

    /// <summary>Probability that a step is uniform over the allowed actions.</summary>
    public double Exploration
    {
        set => sampler.Exploration.Write(value);
    }

    /// <summary>The temperature by which logits are divided in draws.</summary>
    public double Temperature
    {
        set => sampler.InverseTemperature.Write(1 / value);
    }

    /// <summary>Objects to learn from again; null without replay.</summary>
    public ReplayBuffer? Replay => relearning?.Buffer;

    /// <summary>Objects of the last iteration [batch, cells].</summary>
    public Tensor Objects => sampler.Current;

    /// <summary>States at which the policy was asked in the last iteration: the early ones, and those of the trajectories behind them.</summary>
    public int VisitCount { get; private set; }

    /// <summary>Loss of the last iteration.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Learned log Z; not a number without one.</summary>
    public double LogZ => partition?.Value.Value.Item() ?? double.NaN;

    /// <summary>The plans that the last iteration replayed: those that ask at early states, those of each lane, where trajectories end at different times level by level, and those that learn.</summary>
    public IReadOnlyList<Plan> Plans => whole is var (asks, samples, lesson) ? [.. asks, .. samples, .. lesson.Plans] : loop.Plans;

    /// <summary>
    /// Floating-point operations that the last iteration needed: one forward pass at each state at which it was asked, and a backward pass of twice as much. Rows that fill up a batch do not count.
    /// </summary>
    public double UsefulFlops => 3.0 * VisitCount * Policy.FlopsPerState;

    ObjectiveNeeds Needs => objective?.Needs ?? ObjectiveNeeds.None;

    /// <summary>Takes up where a checkpoint left off: what the last iteration drew. <see cref="State"/> is written besides.</summary>
    public void Restore(int visits, Tensor objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        if (objects.Shape != Objects.Shape || objects.DType != DType.I64) throw new DataException($"The checkpoint's objects {objects.DType.Name()}{objects.Shape} are not i64{Objects.Shape}. It belongs to another configuration.");
        VisitCount = visits;
        objects.CopyInto(Objects);
    }

    /// <summary>Samples a batch and takes a step.</summary>
    public void Iterate()
    {
        if (environment.HasFixedLength)
        {
            Loss = IterateWhole().Item();
            return;
        }

        VisitCount = loop.Sample(VisitCount);
        Loss = loop.Learn(slots => RecordLesson(slots.Shape[0], slots)).Item();
    }

    /// <summary>log P_F [rows, actions] and log P_B [rows, backward actions] of states [rows, cells], -inf where not allowed.</summary>
    public (Tensor Forward, Tensor Backward) LogProbabilities(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        using var pause = Autodiff.Pause();
        PolicyHeads heads = Policy.Layout.Split(Policy.Forward(states));
        Tensor none = Tensor.Scalar(double.NegativeInfinity, settings.Type), allowedBack = environment.AllowedBack(states);
        Tensor forward = TensorMath.Where(environment.AllowedActions(states), Logits(heads, states), none).LogSoftmax();
        Tensor backward = heads.Backward ?? Tensor.Zeros(allowedBack.Shape, settings.Type);
        return (forward, TensorMath.Where(allowedBack, backward, none).LogSoftmax());
    }

    /// <summary>Draws objects from the policy as it is, without exploration: i64 [count, cells].</summary>
    /// <param name="count">How many.</param>
    /// <param name="key">All randomness.</param>
    public Tensor Sample(int count, Key key)
    {
        int batch = Math.Min(count, SampleBatch), cells = environment.Cells;
        ForwardSampler<TEnvironment> fresh = Sampler(batch, key);
        var all = new TrajectoryLoop<TEnvironment>(fresh);
        var objects = new long[count * cells];
        for (int first = 0; first < count; first += batch)
        {
            all.Sample(expected: 0);
            int kept = Math.Min(batch, count - first);
            fresh.Current.Read<long>().AsSpan(0, kept * cells).CopyTo(objects.AsSpan(first * cells));
        }

        return Tensor.From(objects, [count, cells]);
    }

    /// <summary>
    /// Estimates log P_T of objects i64 [count, cells] by trajectories back to the source: log (1/n) Σ exp(log P_F(τ) - log P_B(τ | x)), τ from P_B (gflownet specification, section 5.2).
    /// </summary>
    /// <param name="objects">Objects.</param>
    /// <param name="rollouts">n.</param>
    /// <param name="key">All randomness.</param>
    public double[] EstimateLogProbabilities(Tensor objects, int rollouts, Key key)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var backward = new BackwardSampler<TEnvironment>(environment, Policy, new Generator(key));
        var estimates = new double[objects.Shape[0]];
        for (int first = 0; first < estimates.Length; first += SampleBatch)
        {
            int count = Math.Min(SampleBatch, estimates.Length - first);
            var visits = new Visits(backward.CapacityOf(count), environment.Cells, [], settings.Type);
            var read = new TrajectoryReader<TEnvironment>(environment, Policy, reward, ObjectiveNeeds.None, count, reader.EvaluatesEnds);
            Tensor part = objects.Slice(0, first, first + count);
            Plan plan = Plan.Record(() =>
            {
                using var pause = Autodiff.Pause();
                backward.Fill(part, visits);
                TrajectoryTerms terms = read.Read(visits, visits.Capacity, null, part, recalls: false);
                return (terms.LogForward.Sum(0) - terms.LogBackward.Sum(0)).To(DType.F64);
            });
            var weights = new double[rollouts][];
            for (int i = 0; i < rollouts; i++)
            {
                if (i > 0) plan.Run();
                weights[i] = plan.Output.Read<double>();
            }

            for (int j = 0; j < count; j++)
            {
                double largest = weights.Max(one => one[j]);
                estimates[first + j] = largest + Math.Log(weights.Sum(one => Math.Exp(one[j] - largest)) / rollouts);
            }
        }

        return estimates;
    }

    Tensor Logits(PolicyHeads heads, Tensor states) =>
        objective is null ? FlowMatching.Logits(heads.Forward, environment.HasFixedLength ? null : reward(states)) : heads.Forward;

    ForwardSampler<TEnvironment> Sampler(int batch, Key key) => new(environment, Policy, Logits, batch, settings.Type, key);

    Tensor IterateWhole()
    {
        int batch = settings.Batch, levels = environment.LongestPath;
        VisitCount = sampler.Early.Count + (batch * ((reader.EvaluatesEnds ? levels + 1 : levels) - sampler.Early.Levels));
        if (whole is var (asks, samples, lesson))
        {
            Plan.RunTogether(asks);
            Plan.RunTogether(samples);
            lesson.Run();
            return lesson.Loss;
        }

        asks = sampler.RecordAsk();
        samples = [.. Enumerable.Range(0, sampler.Lanes).Select(lane => Plan.Record(() => sampler.FillLane(lane, reader.EvaluatesEnds)))];
        lesson = RecordLesson((levels + 1) * batch, null);
        whole = (asks, samples, lesson);
        return lesson.Loss;
    }

    Lesson RecordLesson(int count, Tensor? slots)
    {
        if (halves is not var (recalling, gradient)) return Lesson.Record(() => Learn(count, slots));
        Visits visits = sampler.Visits;
        int rows = visits.RowsOf(reader.Asked(count));
        Tensor normalized = Tensor.Zeros([rows, Policy.Layout.Width], settings.Type).Keep();
        return Lesson.Record(Normalize, Loss, Derive, () => Optimizer.Update(gradient));

        (int Start, int End) RangeOf(int half) => (half * rows / 2, (half + 1) * rows / 2);

        void Normalize(int half)
        {
            using var pause = Autodiff.Pause();
            (int start, int end) = RangeOf(half);
            reader.Normalize(visits.StatesOfRows(start, end), visits.ResultsOfRows(start, end)[^1]).CopyInto(normalized.Slice(0, start, end));
        }

        Tensor[] Loss()
        {
            Tensor variable = normalized.Variable();
            Tensor? logZ = partition?.Value.Value;
            Tensor loss = objective!.Loss(reader.Read(visits, count, slots, sampler.Current, variable) with { LogZ = logZ });
            return [loss, .. Autodiff.Gradients(loss, logZ is null ? [variable] : [variable, logZ])];
        }

        void Derive(int half, Tensor[] derivatives)
        {
            using var pause = Autodiff.Pause();
            (int start, int end) = RangeOf(half);
            Tensor cotangent = reader.OfOutputs(normalized.Slice(0, start, end), derivatives[0].Slice(0, start, end));
            var gradients = new Dictionary<Parameter, Tensor>(recalling.Gradients(visits.StatesOfRows(start, end), visits.ResultsOfRows(start, end), cotangent));
            if (partition is not null) gradients.Add(partition.Value, half == 0 ? derivatives[1] : Tensor.Zeros([1], settings.Type));
            gradient.Put(half, [.. Parameters.Parameters.Select(one => gradients[one])]);
        }
    }

    Tensor Learn(int count, Tensor? slots)
    {
        Tensor loss;
        if (objective is null)
        {
            var (states, _, arrivals) = sampler.Visits.First(count);
            loss = FlowMatching.Loss(environment, Policy, reward, states, arrivals.GreaterOrEqual(0).And(reader.IsReal(slots, count)));
        }
        else
        {
            TrajectoryTerms terms = reader.Read(sampler.Visits, count, slots, sampler.Current, recalls: true);
            if (relearning is not null) terms = terms.With(Relearned(relearning));
            loss = objective.Loss(terms with { LogZ = partition?.Value.Value });
        }

        Optimizer.Update(loss);
        return loss;
    }

    // Trajectories to objects of the buffer, into which the new ones go first, so that it is never empty.
    TrajectoryTerms Relearned(Relearning past)
    {
        if (settings.StoresOwnObjects) past.Buffer.Add(sampler.Current);
        Tensor objects = past.Buffer.Draw(past.Generator, settings.ReplayBatch);
        past.Sampler.Fill(objects, past.Visits);
        return past.Reader.Read(past.Visits, past.Visits.Capacity, null, objects, recalls: false);
    }

    void Check(PolicyLayout layout)
    {
        if (Needs.HasFlag(ObjectiveNeeds.LogFlow) && !layout.HasFlow) throw new SettingException("GFlowNet: the objective balances flows of states, which the policy does not give. Make its layout with HasFlow.");
        if (environment.HasFixedLength && (Needs.HasFlag(ObjectiveNeeds.StateReward) || Needs.HasFlag(ObjectiveNeeds.Stop)))
            throw new SettingException("GFlowNet: the objective takes every state as an object, but here objects are complete ones only. Choose another objective.");
    }

    sealed record Relearning(Generator Generator, ReplayBuffer Buffer, BackwardSampler<TEnvironment> Sampler, Visits Visits, TrajectoryReader<TEnvironment> Reader)
    {
        public IEnumerable<(string Name, Tensor Value)> State => [("draws", Generator.State), .. Buffer.State];
    }

    sealed class LogPartition : Module
    {
        public LogPartition(double start) => Value = Add("log_z", [1], Initializers.Constant(start));

        public Parameter Value { get; }
    }
}
