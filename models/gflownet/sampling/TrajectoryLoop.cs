using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Drives trajectories that end at different times: after each level those that have ended drop out, and learning looks at the visits that there were. Each lane goes its own way to the end of its last
/// trajectory, lanes side by side. Plans are recorded for the numbers of rows that are met, in whole multiples where they are many.
/// </summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed class TrajectoryLoop<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    // Visits of a lesson are filled up to a multiple of a fortieth of the most there can be.
    const int VisitParts = 40, VisitUnit = 32;

    readonly ForwardSampler<TEnvironment> sampler;
    readonly TrajectoryLane[] lanes;
    readonly int visitUnit;
    readonly Dictionary<int, (Tensor Slots, Plan Plan)> lessons = [];
    readonly int[] lengths;
    readonly long[] slots;
    Plan? ask, lastLesson;

    public TrajectoryLoop(ForwardSampler<TEnvironment> sampler)
    {
        this.sampler = sampler;
        int most = sampler.Batch * sampler.LongestPath;
        visitUnit = TrajectoryLane.RoundUp((most + VisitParts - 1) / VisitParts, VisitUnit);
        lengths = new int[sampler.Batch];
        slots = new long[most + visitUnit];
        lanes = [.. Enumerable.Range(0, sampler.Lanes).Select(lane => new TrajectoryLane(lane, sampler.RangeOf(lane), sampler.Batch, sampler.Early.Levels, sampler.LongestPath, sampler.HasFixedLength))];
    }

    /// <summary>The plans of the last sample and lesson; those of lanes ran side by side.</summary>
    public IReadOnlyList<Plan> Plans => [.. ask is null ? [] : (Plan[])[ask], .. lanes.SelectMany(static lane => lane.Replayed), .. lastLesson is null ? [] : (Plan[])[lastLesson]];

    /// <summary>Samples a batch to its end and returns the number of states at which the policy was asked.</summary>
    /// <exception cref="SettingException">A trajectory does not end.</exception>
    public int Sample()
    {
        if (ask is null) ask = Plan.Record(sampler.Ask);
        else ask.Run();
        foreach (TrajectoryLane lane in lanes) lane.Restart();
        do Plan.RunTogether(lanes);
        while (RecordMissing());
        foreach (TrajectoryLane lane in lanes) lane.Lengths.CopyTo(lengths.AsSpan(lane.First));
        return sampler.Early.Count + lengths.Sum(length => Math.Max(0, length - sampler.Early.Levels));
    }

    /// <summary>Learns from the visits of the last sample.</summary>
    /// <param name="lesson">The loss from the slots of visits, recorded once a number of them; it updates the parameters.</param>
    public Tensor Learn(Func<Tensor, Tensor> lesson)
    {
        int count = FillSlots();
        if (lessons.TryGetValue(count, out (Tensor Slots, Plan Plan) known))
        {
            known.Slots.Write<long>(slots.AsSpan(0, count));
            known.Plan.Run();
        }
        else
        {
            Tensor own = Tensor.From<long>(slots[..count]).Keep();
            known = (own, Plan.Record(() => lesson(own)));
            lessons.Add(count, known);
        }

        lastLesson = known.Plan;
        return known.Plan.Output;
    }

    // All slots of the early levels, then those of later visits level by level, filled up; the slot behind the last stands for none.
    int FillSlots()
    {
        int batch = sampler.Batch, count = 0;
        long none = (long)batch * sampler.LongestPath;
        for (int level = 0; level < sampler.LongestPath; level++)
        {
            bool isEarly = level < sampler.Early.Levels;
            for (int i = 0; i < batch; i++)
            {
                if (level < lengths[i]) slots[count++] = ((long)level * batch) + i;
                else if (isEarly) slots[count++] = none;
            }
        }

        int early = sampler.Early.Visits, all = early + TrajectoryLane.RoundUp(count - early, visitUnit);
        slots.AsSpan(count, all - count).Fill(none);
        return all;
    }

    // Lanes that came to a number of rows that they had not met take that step here: recording is a step as well.
    bool RecordMissing()
    {
        bool any = false;
        foreach (TrajectoryLane lane in lanes)
        {
            if (!lane.LacksPlan) continue;
            any = true;
            lane.Record((owners, places) => places is null ? sampler.Begin(lane.Number, owners) : sampler.Advance(lane.Number, owners, places));
        }

        return any;
    }
}
