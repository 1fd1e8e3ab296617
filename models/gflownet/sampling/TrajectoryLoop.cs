using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Drives trajectories that end at different times: after each level those that have ended drop out, and learning looks at the visits that there were. Each lane goes its own way to the end of its last
/// trajectory, lanes side by side. Plans are recorded for the numbers of rows that are met, in whole multiples where they are many.
/// </summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed class TrajectoryLoop<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    // Visits of a lesson are filled up to a multiple of a fortieth of the most there can be, and of the unit; visits that move to one of theirs.
    const int VisitParts = 40, VisitUnit = 32, MoveUnit = 8;

    readonly ForwardSampler<TEnvironment> sampler;
    readonly TrajectoryLane[] lanes;
    readonly int visitUnit;
    readonly RowPlans<Lesson> lessons = new();
    readonly RowPlans<Plan> moves = new();
    readonly List<Plan> replayed = [];
    readonly long[] slots;
    readonly long[] origins;
    readonly long[] targets;
    Plan[] asks = [];

    public TrajectoryLoop(ForwardSampler<TEnvironment> sampler)
    {
        this.sampler = sampler;
        int most = sampler.Batch * sampler.LongestPath;
        visitUnit = TrajectoryLane.RoundUp((most + VisitParts - 1) / VisitParts, VisitUnit);
        slots = new long[sampler.Visits.Capacity];
        origins = new long[TrajectoryLane.RoundUp(most, MoveUnit)];
        targets = new long[origins.Length];
        lanes = [.. Enumerable.Range(0, sampler.Lanes).Select(lane => new TrajectoryLane(lane, sampler.RangeOf(lane), sampler.Batch, sampler.Early.Levels, sampler.LongestPath, sampler.HasFixedLength))];
    }

    /// <summary>The plans of the last sample and lesson; those of lanes ran side by side.</summary>
    public IReadOnlyList<Plan> Plans => [.. asks, .. lanes.SelectMany(static lane => lane.Replayed), .. replayed];

    /// <summary>Samples a batch to its end and returns the number of states at which the policy was asked.</summary>
    /// <param name="expected">About how many there will be, which decides where visits lie, and so in which order they are summed.</param>
    /// <exception cref="SettingException">A trajectory does not end.</exception>
    public int Sample(int expected)
    {
        replayed.Clear();
        if (asks.Length == 0) asks = sampler.RecordAsk();
        else Plan.RunTogether(asks);

        // The lanes' visits one lane after the other; for what is more than a lane's room there is some behind all. Gaps cost nothing as long as they are no more than what a lesson is filled up by, so room is
        // rather a little too large.
        int first = sampler.Early.Visits, most = sampler.MostOfLane, room = Math.Clamp(((expected - sampler.Early.Count) / lanes.Length) + MoveUnit, 0, most), last = lanes.Length - 1;
        foreach (TrajectoryLane lane in lanes) lane.Restart(first + (room * lane.Number), lane.Number == last ? most : room, first + (most * (lanes.Length + lane.Number)));
        do Plan.RunTogether(lanes);
        while (RecordMissing());
        return sampler.Early.Count + lanes.Sum(static lane => lane.LaterVisits);
    }

    /// <summary>Learns from the visits of the last sample, and returns the loss.</summary>
    /// <param name="record">Takes the step for the slots of visits, recorded once a number of them.</param>
    public Tensor Learn(Func<Tensor, Lesson> record)
    {
        int count = Gather();
        Lesson lesson = lessons.RunOrRecord(count, static one => one.Run(), own => record(own[0]), slots);
        replayed.AddRange(lesson.Plans);
        return lesson.Loss;
    }

    // The slots of all visits, by their places, filled up; the slot behind the last stands for none.
    int Gather()
    {
        long none = (long)sampler.Batch * sampler.LongestPath;
        Array.Fill(slots, none);
        int end = sampler.Early.Visits;
        foreach (TrajectoryLane lane in lanes)
        {
            end += lane.LaterVisits;
            foreach ((int place, int slot) in lane.Visits) slots[place] = slot;
        }

        end = Math.Min(slots.Length, sampler.Early.Visits + TrajectoryLane.RoundUp(end - sampler.Early.Visits, visitUnit));
        FillGaps(end, none);
        return end;
    }

    // Visits that lie behind the place where the lesson ends move to where there is none.
    void FillGaps(int end, long none)
    {
        int moved = 0, target = sampler.Early.Visits;
        for (int place = end; ; place++)
        {
            int next = slots.AsSpan(place).IndexOfAnyExcept(none);
            if (next < 0) break;
            place += next;
            target += slots.AsSpan(target).IndexOf(none);
            (origins[moved], targets[moved++]) = (place, target);
            (slots[target], slots[place]) = (slots[place], none);
        }

        if (moved == 0) return;
        int rows = TrajectoryLane.RoundUp(moved, MoveUnit);
        for (int row = moved; row < rows; row++) (origins[row], targets[row]) = (origins[0], -1);
        replayed.Add(moves.RunOrRecord(rows, static one => one.Run(), own => Plan.Record(() => sampler.Visits.Move(from: own[0], to: own[1])), origins, targets));
    }

    // Lanes that came to a number of rows that they had not met take that step here: recording is a step as well.
    bool RecordMissing()
    {
        bool any = false;
        foreach (TrajectoryLane lane in lanes)
        {
            if (!lane.LacksPlan) continue;
            any = true;
            lane.Record(indices => [indices.Length == 1 ? sampler.Begin(lane.Number, indices[0]) : sampler.Advance(lane.Number, indices[0], indices[1])]);
        }

        return any;
    }
}
