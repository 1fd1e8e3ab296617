namespace Adjoint.Models.GFlowNets;

/// <summary>Trajectories that draw from one stream, from the source to the end of the last: a chain of plans, of which the first goes over the early levels, and the others go one level further.</summary>
/// <param name="number">Number of the lane.</param>
/// <param name="range">Its trajectories.</param>
/// <param name="batch">Trajectories of all lanes.</param>
/// <param name="earlyLevels">Levels of the first plan.</param>
/// <param name="longest">The most actions of a trajectory.</param>
/// <param name="hasFixedLength">Whether all have so many.</param>
sealed class TrajectoryLane(int number, (int First, int Count) range, int batch, int earlyLevels, int longest, bool hasFixedLength) : PlanChain
{
    // Rows are filled up to a multiple of an eighth of the lane.
    const int Parts = 8;

    readonly int unit = UnitOf(range.Count);
    readonly int[] live = new int[range.Count];

    // By rows; of the first step by 0.
    readonly Dictionary<int, Rung> rungs = [];
    readonly long[] owners = new long[MostRows(range.Count)];
    readonly long[] slots = new long[MostRows(range.Count)];
    readonly long[] ways = new long[Math.Max(earlyLevels * range.Count, MostRows(range.Count))];
    int count, level;
    Rung? running;

    public int Number => number;

    /// <summary>Its first trajectory.</summary>
    public int First => range.First;

    /// <summary>How many visits its trajectories have.</summary>
    public int[] Lengths { get; } = new int[range.Count];

    /// <summary>The plans since the start.</summary>
    public List<Plan> Replayed { get; } = [];

    /// <summary>Whether the chain ended for want of a plan, to be recorded now.</summary>
    public bool LacksPlan { get; private set; }

    int Rows => level == 0 ? range.Count : RoundUp(count, unit);

    /// <summary>Puts all trajectories at the source.</summary>
    public void Restart()
    {
        Replayed.Clear();
        running = null;
        (count, level) = (range.Count, 0);
        for (int i = 0; i < count; i++) live[i] = i;
    }

    /// <summary>Records the plan that was missing, and takes its step.</summary>
    /// <param name="step">From the trajectories (i64) and the slots of their visits, null for those of the early levels, to the ways back of all levels taken.</param>
    public void Record(Func<Tensor, Tensor?, Tensor> step)
    {
        LacksPlan = false;
        Tensor own = Tensor.From<long>(owners[..Rows]).Keep();
        Tensor? places = level == 0 ? null : Tensor.From<long>(slots[..Rows]).Keep();
        running = new Rung(own, places, Plan.Record(() => step(own, places)));
        rungs.Add(level == 0 ? 0 : Rows, running);
        Replayed.Add(running.Plan);
    }

    /// <inheritdoc/>
    protected override Plan? Next()
    {
        if (running is not null) Keep(running.Plan.Output);
        running = null;
        if (count == 0 || (level == longest && hasFixedLength)) return null;
        if (level == longest) throw new SettingException($"GFlowNet: a trajectory has not ended after {longest} actions. Check the environment's LongestPath.");
        for (int row = 0; row < Rows; row++)
        {
            bool isReal = row < count;
            owners[row] = isReal ? range.First + live[row] : batch + number;
            slots[row] = isReal ? ((long)level * batch) + range.First + live[row] : -1;
        }

        LacksPlan = !rungs.TryGetValue(level == 0 ? 0 : Rows, out running);
        if (running is null) return null;
        if (running.Slots is { } places)
        {
            running.Owners.Write<long>(owners.AsSpan(0, Rows));
            places.Write<long>(slots.AsSpan(0, Rows));
        }

        Replayed.Add(running.Plan);
        return running.Plan;
    }

    // Drops those that have ended.
    void Keep(Tensor output)
    {
        int rows = Rows, taken = level == 0 ? earlyLevels : 1, kept = 0;
        output.Read(ways.AsSpan(0, taken * rows));
        for (int row = 0; row < count; row++)
        {
            int steps = 0;
            while (steps < taken && ways[(steps * rows) + row] >= 0) steps++;
            int own = live[row];
            Lengths[own] = level + Math.Min(steps + 1, taken);
            if (steps == taken) live[kept++] = own;
        }

        count = kept;
        level += taken;
    }

    /// <summary>The least multiple that is not below a count.</summary>
    public static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    static int UnitOf(int count) => (count + Parts - 1) / Parts;

    static int MostRows(int count) => RoundUp(count, UnitOf(count));

    sealed record Rung(Tensor Owners, Tensor? Slots, Plan Plan);
}
