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
    readonly Lane[] lanes;
    readonly Plan[] together;
    readonly Dictionary<int, (Tensor Slots, Plan Plan)> lessons = [];
    readonly int[] live;
    readonly long[] slots;
    readonly List<Plan> replayed = [];
    int visits;

    public TrajectoryLoop(int batch, int longest, int laneCount)
    {
        this.batch = batch;
        this.longest = longest;
        levelUnit = RoundUp((batch + LevelParts - 1) / LevelParts, RowUnit);
        visitUnit = RoundUp(((batch * longest) + VisitParts - 1) / VisitParts, VisitUnit);

        // Environments of fixed length have one more level, that of complete objects.
        Capacity = RoundUp(batch * (longest + 1), visitUnit);
        live = new int[batch];
        slots = new long[Capacity];
        lanes = [.. Enumerable.Range(0, laneCount).Select(number => new Lane(number, RoundUp(batch, levelUnit)))];
        together = new Plan[laneCount];
    }

    /// <summary>Room for visits.</summary>
    public int Capacity { get; }

    /// <summary>The plans of the last sample and lesson, in order; those of one level are replayed side by side.</summary>
    public IReadOnlyList<Plan> Plans => replayed;

    /// <summary>Samples a batch to its end and returns the number of visits.</summary>
    /// <exception cref="SettingException">A trajectory does not end.</exception>
    public int Sample<TEnvironment>(ForwardSampler<TEnvironment> sampler) where TEnvironment : unmanaged, IEnvironment
    {
        replayed.Clear();
        for (int i = 0; i < batch; i++) live[i] = i;
        visits = 0;
        int count = batch;
        for (int level = 0; count > 0; level++)
        {
            if (level == longest && sampler.HasFixedLength) return visits;
            if (level == longest) throw new SettingException($"GFlowNet: a trajectory has not ended after {longest} actions. Check the environment's LongestPath.");
            Share(count, level);
            Step(level, sampler);
            visits += count;
            count = Keep();
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

    // Those that go on, in lanes of whole units of rows as even as can be; the last lanes may get none.
    void Share(int count, int level)
    {
        int part = RoundUp((count + lanes.Length - 1) / lanes.Length, levelUnit), begin = 0;
        foreach (Lane lane in lanes)
        {
            lane.Count = Math.Min(part, count - begin);
            lane.Rows = level == 0 ? lane.Count : RoundUp(lane.Count, levelUnit);
            for (int row = 0; row < lane.Rows; row++)
            {
                bool isReal = row < lane.Count;
                lane.Owners[row] = isReal ? live[begin + row] : batch + lane.Number;
                lane.Places[row] = isReal ? visits + begin + row : -1;
                if (isReal) slots[visits + begin + row] = ((long)level * batch) + live[begin + row];
            }

            begin += lane.Count;
        }
    }

    // One step of those in the lanes. What was recorded is replayed side by side; recording is a step as well.
    void Step<TEnvironment>(int level, ForwardSampler<TEnvironment> sampler) where TEnvironment : unmanaged, IEnvironment
    {
        int ready = 0;
        foreach (Lane lane in lanes)
        {
            if (lane.Count == 0) continue;
            bool isFirst = level == 0;
            if (lane.Rungs.TryGetValue((isFirst, lane.Rows), out Rung? rung))
            {
                rung.Owners.Write<long>(lane.Owners.AsSpan(0, lane.Rows));
                rung.Places.Write<long>(lane.Places.AsSpan(0, lane.Rows));
                together[ready++] = rung.Plan;
            }
            else
            {
                Tensor owners = Tensor.From<long>(lane.Owners[..lane.Rows]).Keep(), places = Tensor.From<long>(lane.Places[..lane.Rows]).Keep();
                rung = new Rung(owners, places, Plan.Record(() => isFirst ? sampler.Begin(lane.Number, owners, places) : sampler.Advance(lane.Number, owners, places)));
                lane.Rungs.Add((isFirst, lane.Rows), rung);
            }

            lane.Plan = rung.Plan;
            replayed.Add(rung.Plan);
        }

        if (ready == lanes.Length) Plan.RunTogether(together);
        else for (int i = 0; i < ready; i++) together[i].Run();
    }

    // Drops those that have ended, and counts the others.
    int Keep()
    {
        int kept = 0, begin = 0;
        foreach (Lane lane in lanes)
        {
            if (lane.Count == 0) continue;
            Span<long> ways = lane.Owners.AsSpan(0, lane.Rows);
            lane.Plan!.Output.Read(ways);
            for (int row = 0; row < lane.Count; row++)
            {
                if (ways[row] >= 0) live[kept++] = live[begin + row];
            }

            begin += lane.Count;
        }

        return kept;
    }

    static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    sealed record Rung(Tensor Owners, Tensor Places, Plan Plan);

    // Trajectories that draw from one stream in this level.
    sealed class Lane(int number, int mostRows)
    {
        public readonly int Number = number;
        public readonly long[] Owners = new long[mostRows], Places = new long[mostRows];

        // Plans by whether they take the first step, and by their rows.
        public readonly Dictionary<(bool IsFirst, int Rows), Rung> Rungs = [];

        // Trajectories, and rows with those that fill up.
        public int Count, Rows;

        public Plan? Plan;
    }
}
