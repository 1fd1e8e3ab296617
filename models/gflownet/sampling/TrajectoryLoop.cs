using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Drives trajectories that end at different times: after each level those that have ended drop out, and learning looks at the visits that there were. Plans are recorded for whole multiples of rows, not for
/// every number of them.
/// </summary>
sealed class TrajectoryLoop
{
    // Rows of a level are filled up to a multiple of an eighth of the batch, visits to a multiple of a fortieth of the most there can be.
    const int LevelParts = 8, VisitParts = 40, RowUnit = 4, VisitUnit = 32;

    readonly int batch;
    readonly int longest;
    readonly int levelUnit;
    readonly int visitUnit;
    readonly Dictionary<int, Rung> rungs = [];
    readonly Dictionary<int, (Tensor Slots, Plan Plan)> lessons = [];
    readonly int[] live;
    readonly long[] slots;
    readonly long[] owners;
    readonly long[] places;
    readonly List<Plan> replayed = [];
    Plan? first;
    int visits;

    public TrajectoryLoop(int batch, int longest)
    {
        this.batch = batch;
        this.longest = longest;
        levelUnit = RoundUp((batch + LevelParts - 1) / LevelParts, RowUnit);
        visitUnit = RoundUp(((batch * longest) + VisitParts - 1) / VisitParts, VisitUnit);

        // Environments of fixed length have one more level, that of complete objects.
        Capacity = RoundUp(batch * (longest + 1), visitUnit);
        live = new int[batch];
        slots = new long[Capacity];
        owners = new long[RoundUp(batch, levelUnit)];
        places = new long[owners.Length];
    }

    /// <summary>Room for visits.</summary>
    public int Capacity { get; }

    /// <summary>The plans of the last sample and lesson, in order.</summary>
    public IReadOnlyList<Plan> Plans => replayed;

    /// <summary>Samples a batch to its end and returns the number of visits.</summary>
    /// <exception cref="SettingException">A trajectory does not end.</exception>
    public int Sample<TEnvironment>(ForwardSampler<TEnvironment> sampler) where TEnvironment : unmanaged, IEnvironment
    {
        if (first is null) first = Plan.Record(() => sampler.Begin(Tensor.Range(batch)));
        else first.Run();
        replayed.Clear();
        replayed.Add(first);
        for (int i = 0; i < batch; i++)
        {
            live[i] = i;
            slots[i] = i;
        }

        visits = batch;
        int count = Keep(first.Output, batch);
        for (int level = 1; count > 0; level++)
        {
            if (level == longest && sampler.HasFixedLength) return visits;
            if (level == longest) throw new SettingException($"GFlowNet: a trajectory has not ended after {longest} actions. Check the environment's LongestPath.");
            Plan plan = Level(count, level, sampler);
            replayed.Add(plan);
            visits += count;
            count = Keep(plan.Output, count);
        }

        return visits;
    }

    /// <summary>Learns from the visits of the last sample.</summary>
    /// <param name="lesson">The loss from the slots of visits, recorded once a number of rows; it updates the parameters.</param>
    public Tensor Learn(Func<Tensor, Tensor> lesson)
    {
        int rows = RoundUp(visits, visitUnit);
        slots.AsSpan(visits, rows - visits).Fill((long)batch * longest);
        if (lessons.TryGetValue(rows, out (Tensor Slots, Plan Plan) known))
        {
            known.Slots.Write<long>(slots.AsSpan(0, rows));
            known.Plan.Run();
            replayed.Add(known.Plan);
            return known.Plan.Output;
        }

        Tensor own = Tensor.From<long>(slots[..rows]).Keep();
        Plan plan = Plan.Record(() => lesson(own));
        lessons.Add(rows, (own, plan));
        replayed.Add(plan);
        return plan.Output;
    }

    // One step of those that go on.
    Plan Level<TEnvironment>(int count, int level, ForwardSampler<TEnvironment> sampler) where TEnvironment : unmanaged, IEnvironment
    {
        int rows = RoundUp(count, levelUnit);
        for (int row = 0; row < rows; row++)
        {
            bool isReal = row < count;
            owners[row] = isReal ? live[row] : batch;
            places[row] = isReal ? visits + row : -1;
            if (isReal) slots[visits + row] = ((long)level * batch) + live[row];
        }

        if (rungs.TryGetValue(rows, out Rung? rung))
        {
            rung.Owners.Write<long>(owners.AsSpan(0, rows));
            rung.Places.Write<long>(places.AsSpan(0, rows));
            rung.Plan.Run();
            return rung.Plan;
        }

        Tensor ownOwners = Tensor.From<long>(owners[..rows]).Keep(), ownPlaces = Tensor.From<long>(places[..rows]).Keep();
        Plan plan = Plan.Record(() => sampler.Advance(ownOwners, ownPlaces));
        rungs.Add(rows, new Rung(ownOwners, ownPlaces, plan));
        return plan;
    }

    int Keep(Tensor ways, int count)
    {
        Span<long> found = owners.AsSpan(0, ways.Count);
        ways.Read(found);
        int kept = 0;
        for (int row = 0; row < count; row++)
        {
            if (found[row] >= 0) live[kept++] = live[row];
        }

        return kept;
    }

    static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    sealed record Rung(Tensor Owners, Tensor Places, Plan Plan);
}
