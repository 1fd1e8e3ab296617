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

    /// <summary>Asks the policy at the early states, for the lanes that begin then.</summary>
    public void Ask()
    {
        using var pause = Autodiff.Pause();
        Tensor[] results = Compute(Early.States);
        Visits.PutEarly(Kept(results));
        Scores(results, Early.States).CopyInto(earlyScores);
    }

    /// <summary>Puts some trajectories at the source and takes their steps over the early levels.</summary>
    /// <param name="lane">From whose stream is drawn.</param>
    /// <param name="owners">Their numbers, i64 [rows].</param>
    /// <returns>The ways back of each level, one level after the other [levels · rows], -1 where a trajectory has ended.</returns>
    public Tensor Begin(int lane, Tensor owners)
    {
        ArgumentNullException.ThrowIfNull(owners);
        using var pause = Autodiff.Pause();
        int rows = owners.Shape[0];
        Tensor states = Tensor.Zeros([rows, environment.Cells], DType.I64), row = Tensor.Zeros([rows], DType.I64), arrival = Tensor.Full([rows], -1, DType.I64);
        Tensor? isOpen = null;
        var ways = new Tensor[Early.Levels];
        for (int level = 0; level < ways.Length; level++)
        {
            if (level > 0) row = Early.Children.Select(0, row);
            Tensor actions = Draw(lane, states, earlyScores.Select(0, row), isOpen is null ? null : arrival), places = owners + (level * Batch);
            if (isOpen is not null) places = TensorMath.Where(isOpen, places, Tensor.Scalar(-1, DType.I64));
            Visits.PutEarly(places, states, actions, arrival, row);
            (states, arrival) = environment.Step(states, actions);
            ways[level] = arrival;
            row = (row * environment.Actions) + actions.Maximum(Tensor.Scalar(0, DType.I64));
            isOpen = HasFixedLength ? null : arrival.GreaterOrEqual(0);
        }

        Stand(owners, states, arrival);
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
        Tensor states = current.Select(0, owners);
        Tensor[] results = Compute(states);
        Tensor actions = Draw(lane, states, Scores(results, states), places);
        Visits.Put(places, states, actions, arrivals.Select(0, owners), Kept(results));
        (Tensor next, Tensor ways) = environment.Step(states, actions);
        Stand(owners, next, ways);
        return ways;
    }

    /// <summary>Writes where complete trajectories stand, without a step, as the last visits of environments of fixed length.</summary>
    /// <param name="owners">Their numbers, i64 [rows].</param>
    /// <param name="places">Where the visits go, i64 [rows].</param>
    /// <param name="withResults">Whether the policy is asked, for a learned P_B.</param>
    public void End(Tensor owners, Tensor places, bool withResults)
    {
        ArgumentNullException.ThrowIfNull(owners);
        using var pause = Autodiff.Pause();
        Tensor states = current.Select(0, owners);
        Visits.Put(places, states, Tensor.Full([owners.Shape[0]], -1, DType.I64), arrivals.Select(0, owners), withResults ? Kept(Compute(states)) : []);
    }

    /// <summary>Takes the trajectories of a lane from the source to their objects, level by level, where all have one length; the visit of trajectory i on level t lies at t·batch + i.</summary>
    /// <param name="lane">From whose stream is drawn.</param>
    /// <param name="withResults">Whether the policy is asked at the objects, for a learned P_B.</param>
    public void FillLane(int lane, bool withResults)
    {
        (int first, int rows) = RangeOf(lane);
        Tensor owners = Tensor.Range(rows, first);
        Begin(lane, owners);
        for (int level = Early.Levels; level < LongestPath; level++) Advance(lane, owners, Tensor.Range(rows, first + (level * Batch)));
        End(owners, Tensor.Range(rows, first + (LongestPath * Batch)), withResults);
    }

    Tensor Scores(Tensor[] results, Tensor states) => logits(policy.Layout.Split(results[^1]), states);

    Tensor Draw(int lane, Tensor states, Tensor scores, Tensor? gates) => environment.Draw(generators[lane], states, scores, Exploration, InverseTemperature, gates);

    void Stand(Tensor owners, Tensor states, Tensor ways)
    {
        states.CopyRowsInto(current, owners);
        ways.CopyRowsInto(arrivals, owners);
    }

    Tensor[] Compute(Tensor states) => recalling is null ? [policy.Forward(states)] : recalling.Compute(states);

    Tensor[] Kept(Tensor[] results) => recalling is null ? [] : results;
}
