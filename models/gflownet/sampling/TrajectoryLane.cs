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

    readonly RowPlans<Plan> first = new();
    readonly RowPlans<Plan> next = new();
    readonly long[] owners = new long[MostRows(range.Count)];
    readonly long[] places = new long[MostRows(range.Count)];
    readonly long[] ways = new long[Math.Max(earlyLevels * range.Count, MostRows(range.Count))];
    int count, level, firstPlace, room, overflow;
    Plan? running;

    public int Number => number;

    /// <summary>Its visits: where each lies, and its slot, level·batch + trajectory.</summary>
    public List<(int Place, int Slot)> Visits { get; } = [];

    /// <summary>How many of the visits lie behind the early levels.</summary>
    public int LaterVisits { get; private set; }

    /// <summary>The plans since the start.</summary>
    public List<Plan> Replayed { get; } = [];

    /// <summary>Whether the chain ended for want of a plan, to be recorded now.</summary>
    public bool LacksPlan { get; private set; }

    int Rows => level == 0 ? range.Count : RoundUp(count, unit);

    /// <summary>Puts all trajectories at the source.</summary>
    /// <param name="start">Place of the first visit behind the early levels; those before lie at their slots.</param>
    /// <param name="most">How many lie there in a row.</param>
    /// <param name="behind">Place of the first of the others.</param>
    public void Restart(int start, int most, int behind)
    {
        (firstPlace, room, overflow) = (start, most, behind);
        Replayed.Clear();
        Visits.Clear();
        running = null;
        (count, level, LaterVisits) = (range.Count, 0, 0);
        for (int i = 0; i < count; i++) live[i] = range.First + i;
    }

    /// <summary>Takes the step for which a plan was missing, and records it.</summary>
    /// <param name="step">From the numbers of the trajectories, and behind the early levels the places of their visits, to the ways back of all levels taken.</param>
    public void Record(Func<Tensor[], Tensor[]> step)
    {
        LacksPlan = false;
        running = level == 0 ? first.Record(Rows, PlanOf, owners) : next.Record(Rows, PlanOf, owners, places);
        Replayed.Add(running);

        Plan PlanOf(Tensor[] indices) => Plan.Record(() => step(indices));
    }

    /// <inheritdoc/>
    protected override Plan? Next()
    {
        if (running is not null) Keep(running.Output);
        running = null;
        if (count == 0 || (level == longest && hasFixedLength)) return null;
        if (level == longest) throw new SettingException($"GFlowNet: a trajectory has not ended after {longest} actions. Check the environment's LongestPath.");
        for (int row = 0; row < Rows; row++)
        {
            bool isReal = row < count;
            owners[row] = isReal ? live[row] : batch + number;
            if (level > 0) places[row] = isReal ? Visit(live[row]) : -1;
        }

        running = level == 0 ? first.Find(Rows, owners) : next.Find(Rows, owners, places);
        LacksPlan = running is null;
        if (running is not null) Replayed.Add(running);
        return running;
    }

    // Notes a visit behind the early levels, and says where it lies.
    int Visit(int trajectory)
    {
        int place = LaterVisits < room ? firstPlace + LaterVisits : overflow + LaterVisits - room;
        LaterVisits++;
        Visits.Add((place, (level * batch) + trajectory));
        return place;
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
            for (int early = 0; level == 0 && early < Math.Min(steps + 1, taken); early++) Visits.Add(((early * batch) + live[row], (early * batch) + live[row]));
            if (steps == taken) live[kept++] = live[row];
        }

        count = kept;
        level += taken;
    }

    /// <summary>The least multiple that is not below a count.</summary>
    public static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    static int UnitOf(int count) => (count + Parts - 1) / Parts;

    static int MostRows(int count) => RoundUp(count, UnitOf(count));
}
