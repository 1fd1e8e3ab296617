using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Samples trajectories from a policy, level by level, all of a batch at once (gflownet specification, section 3.3): masked logits, exploration, draw, step. Everything is tensor ops on memory that
/// outlives the step, so that levels run inside plans. The rows of a level fall into lanes, which draw from streams of their own, so that plans of different lanes can run side by side.
/// </summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
public sealed class ForwardSampler<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    readonly TEnvironment environment;
    readonly Policy policy;
    readonly RecallingPolicy? recalling;
    readonly Func<PolicyHeads, Tensor, Tensor> logits;
    readonly Generator[] generators;
    readonly Tensor current;
    readonly Tensor arrivals;

    // Logits of the actions at the early states.
    readonly Tensor earlyScores;

    // Rows that are worth a lane: fewer would not pay for going through the weights once more. In larger batches kernels are worth several threads themselves.
    const int LeastLane = 8, MostShared = 64;

    /// <summary>Makes a sampler.</summary>
    /// <param name="environment">The rules.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="logits">Logits of actions from a policy's heads at states: the forward head itself, or what an objective makes of it.</param>
    /// <param name="batch">Trajectories.</param>
    /// <param name="type">Type of the policy's parameters.</param>
    /// <param name="key">Decides the draws.</param>
    public ForwardSampler(TEnvironment environment, Policy policy, Func<PolicyHeads, Tensor, Tensor> logits, int batch, DType type, Key key)
    {
        this.environment = environment;
        this.policy = policy;
        this.logits = logits;
        Batch = batch;
        generators = new Generator[LanesOf(batch)];
        for (int lane = 0; lane < generators.Length; lane++) generators[lane] = new Generator(lane == 0 ? key : key.Split($"lane {lane}"));
        recalling = policy as RecallingPolicy;
        Early = EarlyStates.Of(environment, batch);
        earlyScores = Tensor.Zeros([Early.Count, environment.Actions], type);

        // A lane may have more visits than there is room for before those of the next, and then they go behind all others.
        Visits = new Visits(Early.Visits + (((2 * Lanes) - 1) * MostOfLane), environment.Cells, recalling?.Widths ?? [], type, Early);
        current = Tensor.Zeros([batch + Lanes, environment.Cells], DType.I64);
        arrivals = Tensor.Zeros([batch + Lanes], DType.I64);
        Exploration = Tensor.Zeros([1], DType.F32);
        InverseTemperature = Tensor.Ones([1], type);
    }

    /// <summary>Trajectories of a batch.</summary>
    public int Batch { get; }

    /// <summary>How many lanes a batch falls into: two for batches that one thread would sample otherwise. It changes which numbers are drawn, so it does not depend on the machine.</summary>
    public static int LanesOf(int batch) => batch is >= 2 * LeastLane and <= MostShared ? 2 : 1;

    /// <summary>Lanes into which the rows of a level fall.</summary>
    public int Lanes => generators.Length;

    /// <summary>The most visits of a lane.</summary>
    public int MostOfLane => (Batch + Lanes - 1) / Lanes * environment.LongestPath;

    /// <summary>The first trajectory of a lane, and how many it has.</summary>
    public (int First, int Count) RangeOf(int lane) => (Batch * lane / Lanes, (Batch * (lane + 1) / Lanes) - (Batch * lane / Lanes));

    /// <summary>States of the streams of draws, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => generators.Select(static (one, lane) => ($"draws.{lane}", one.State));

    /// <summary>Whether all trajectories end after the same number of actions.</summary>
    public bool HasFixedLength => environment.HasFixedLength;

    /// <summary>The most actions of a trajectory.</summary>
    public int LongestPath => environment.LongestPath;

    /// <summary>The states of the first levels, at which the policy is asked once for all trajectories.</summary>
    public EarlyStates Early { get; }

    /// <summary>Where the trajectories went.</summary>
    public Visits Visits { get; }

    /// <summary>Probability that a step is uniform over the allowed actions, f32 [1]; may be written between steps.</summary>
    public Tensor Exploration { get; }

    /// <summary>Factor on the logits of draws [1]; may be written between steps.</summary>
    public Tensor InverseTemperature { get; }

    /// <summary>Where the trajectories stand [batch, cells]; their objects once all have ended.</summary>
    public Tensor Current => current.Slice(0, 0, Batch);

    /// <summary>Asks the policy at the early states, and records it: plans that run side by side.</summary>
    public Plan[] RecordAsk() => [.. Enumerable.Range(0, Lanes).Select(lane => Plan.Record(() => Ask(lane)))];

    /// <summary>Asks the policy at a lane's share of the early states, for the lanes that begin when all are done.</summary>
    public void Ask(int lane)
    {
        int start = Early.Count * lane / Lanes, end = Early.Count * (lane + 1) / Lanes;
        if (start == end) return;
        using var pause = Autodiff.Pause();
        Tensor states = Early.States.Slice(0, start, end);
        Tensor[] results = Compute(states);
        Visits.PutEarly(start, Kept(results));
        Scores(results, states).CopyInto(earlyScores.Slice(0, start, end));
    }

    /// <summary>Puts some trajectories at the source and takes their steps over the early levels.</summary>
    /// <param name="lane">From whose stream is drawn.</param>
    /// <param name="owners">Their numbers, i64 [rows].</param>
    /// <returns>The ways back of each level, one level after the other [levels · rows], -1 where a trajectory has ended.</returns>
    public Tensor Begin(int lane, Tensor owners)
    {
        ArgumentNullException.ThrowIfNull(owners);
        using var pause = Autodiff.Pause();
        (Tensor states, Tensor[] ways) = StepEarly(lane, owners);
        Stand(owners, states, ways[^1]);
        return TensorMath.Concat(ways, 0);
    }

    /// <summary>The next step of some trajectories.</summary>
    /// <param name="lane">From whose stream is drawn.</param>
    /// <param name="owners">Their numbers, i64 [rows]; the batch's size plus the lane for a row that is there to fill up.</param>
    /// <param name="places">Where the visits go, i64 [rows]; -1 for such a row.</param>
    /// <returns>The ways back, -1 where a trajectory has ended.</returns>
    public Tensor Advance(int lane, Tensor owners, Tensor places)
    {
        ArgumentNullException.ThrowIfNull(places);
        using var pause = Autodiff.Pause();
        (Tensor states, Tensor ways) = Step(lane, current.Select(0, owners), arrivals.Select(0, owners), places);
        Stand(owners, states, ways);
        return ways;
    }

    /// <summary>
    /// Takes the trajectories of a lane from the source to their objects, level by level, where all have one length; the visit of trajectory i on level t lies at t·batch + i. The objects are visits without a
    /// step.
    /// </summary>
    /// <param name="lane">From whose stream is drawn.</param>
    /// <param name="withResults">Whether the policy is asked at the objects, for a learned P_B.</param>
    public void FillLane(int lane, bool withResults)
    {
        using var pause = Autodiff.Pause();
        (int first, int rows) = RangeOf(lane);
        Tensor owners = Tensor.Range(rows, first);
        (Tensor states, Tensor[] early) = StepEarly(lane, owners);
        Tensor ways = early[^1];
        for (int level = Early.Levels; level < LongestPath; level++) (states, ways) = Step(lane, states, ways, Tensor.Range(rows, first + (level * Batch)));
        Visits.Put(Tensor.Range(rows, first + (LongestPath * Batch)), states, Tensor.Full([rows], -1, DType.I64), ways, withResults ? Kept(Compute(states)) : []);
        Stand(owners, states, ways);
    }

    // Steps of trajectories from the source over the early levels, whose visits lie at their slots: where they stand then, and their ways back.
    (Tensor States, Tensor[] Ways) StepEarly(int lane, Tensor owners)
    {
        int rows = owners.Shape[0];
        Tensor states = Tensor.Zeros([rows, environment.Cells], DType.I64), row = Tensor.Zeros([rows], DType.I64), arrival = Tensor.Full([rows], -1, DType.I64);
        var ways = new Tensor[Early.Levels];
        for (int level = 0; level < ways.Length; level++)
        {
            // Some trajectories may have ended; those have no way back.
            bool mayHaveEnded = level > 0 && !HasFixedLength;
            if (level > 0) row = Early.Children.Select(0, row);
            Tensor actions = Draw(lane, states, earlyScores.Select(0, row), mayHaveEnded ? arrival : null), places = owners + (level * Batch);
            if (mayHaveEnded) places = TensorMath.Where(arrival.GreaterOrEqual(0), places, Tensor.Scalar(-1, DType.I64));
            Visits.PutEarly(places, states, actions, arrival, row);
            (states, arrival) = environment.Step(states, actions);
            ways[level] = arrival;
            row = (row * environment.Actions) + actions.Maximum(Tensor.Scalar(0, DType.I64));
        }

        return (states, ways);
    }

    // One step behind the early levels: from states, and the ways back to where they came from, to the same one level further.
    (Tensor States, Tensor Ways) Step(int lane, Tensor states, Tensor arrived, Tensor places)
    {
        Tensor[] results = Compute(states);
        Tensor actions = Draw(lane, states, Scores(results, states), places);
        Visits.Put(places, states, actions, arrived, Kept(results));
        return environment.Step(states, actions);
    }

    Tensor Scores(Tensor[] results, Tensor states) => logits(policy.Layout.Split(results[^1]), states);

    Tensor Draw(int lane, Tensor states, Tensor scores, Tensor? gates) => environment.Draw(generators[lane], states, scores, Exploration, InverseTemperature, gates);

    void Stand(Tensor owners, Tensor states, Tensor ways)
    {
        TensorMath.CopyRowsInto([states, ways], [current, arrivals], owners);
    }

    Tensor[] Compute(Tensor states) => recalling is null ? [policy.Forward(states)] : recalling.Compute(states);

    Tensor[] Kept(Tensor[] results) => recalling is null ? [] : results;
}
