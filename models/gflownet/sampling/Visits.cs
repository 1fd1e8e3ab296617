namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The states that an iteration's trajectories went through, with what happened there: the visit of trajectory i on level t lies at the slot t·batch + i. Memory that outlives steps: sampling fills it, learning
/// reads it. What a policy computed lies in rows of its own, since trajectories share those of early states.
/// </summary>
public sealed class Visits
{
    readonly EarlyStates? early;
    readonly Tensor earlyRows;

    /// <summary>Makes memory.</summary>
    /// <param name="capacity">Number of slots; where trajectories end at different times, one more than they can fill.</param>
    /// <param name="cells">Numbers of a state.</param>
    /// <param name="widths">Widths of the results of a policy that recalls; none for others.</param>
    /// <param name="type">Type of those results.</param>
    /// <param name="early">States of the first levels that trajectories share; null for none.</param>
    public Visits(int capacity, int cells, IReadOnlyList<int> widths, DType type, EarlyStates? early = null)
    {
        this.early = early;
        Capacity = capacity;
        States = Tensor.Zeros([capacity, cells], DType.I64);
        Actions = Tensor.Full([capacity], -1, DType.I64);
        Arrivals = Tensor.Full([capacity], -1, DType.I64);
        Results = [.. widths.Select(width => Tensor.Zeros([capacity - Saved, width], type))];
        earlyRows = Tensor.Zeros([early?.Visits ?? 0], DType.I64);
    }

    /// <summary>Number of slots.</summary>
    public int Capacity { get; }

    /// <summary>The states [capacity, cells].</summary>
    public Tensor States { get; }

    /// <summary>The actions taken there [capacity]; -1 where a trajectory was complete.</summary>
    public Tensor Actions { get; }

    /// <summary>The ways back to where the trajectories came from [capacity]; -1 at the source.</summary>
    public Tensor Arrivals { get; }

    /// <summary>What the policy computed, layer by layer [rows, width]: at the early states, and then at each later slot.</summary>
    public Tensor[] Results { get; }

    // By so many there are fewer rows than visits.
    int Saved => (early?.Visits ?? 0) - (early?.Count ?? 0);

    /// <summary>Writes visits at their slots (i64 [rows]); -1 leaves a row out.</summary>
    public void Put(Tensor slots, Tensor states, Tensor actions, Tensor arrivals, Tensor[] results)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(results);
        states.CopyRowsInto(States, slots);
        actions.CopyRowsInto(Actions, slots);
        arrivals.CopyRowsInto(Arrivals, slots);
        if (results.Length == 0) return;
        Tensor rows = Saved == 0 ? slots : (slots - Saved).Maximum(Tensor.Scalar(-1, DType.I64));
        for (int i = 0; i < results.Length; i++) results[i].CopyRowsInto(Results[i], rows);
    }

    /// <summary>Writes visits to early states, of which <paramref name="rows"/> (i64) are the numbers.</summary>
    public void PutEarly(Tensor slots, Tensor states, Tensor actions, Tensor arrivals, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Put(slots, states, actions, arrivals, []);
        rows.CopyRowsInto(earlyRows, slots);
    }

    /// <summary>Writes what the policy computed at the early states.</summary>
    public void PutEarly(Tensor[] results)
    {
        ArgumentNullException.ThrowIfNull(results);
        for (int i = 0; i < results.Length; i++) results[i].CopyInto(Results[i].Slice(0, 0, early!.Count));
    }

    /// <summary>The visits in the given slots, those of the early levels first; null for the first <paramref name="count"/>.</summary>
    public (Tensor States, Tensor Actions, Tensor Arrivals) Read(int count, Tensor? slots) => (Part(States, count, slots), Part(Actions, count, slots), Part(Arrivals, count, slots));

    /// <summary>The rows at which a policy is asked for those visits: states, and what it computed there.</summary>
    public (Tensor States, Tensor[] Results) ReadRows(int count, Tensor? slots)
    {
        int first = early?.Visits ?? 0, rows = count - Saved;
        Tensor? later = slots?.Slice(0, first, count);
        Tensor states = later is null ? States.Slice(0, first, count) : States.Select(0, later);
        if (early is null) return (states, Array.ConvertAll(Results, one => Part(one, rows, later)));
        Tensor? places = later is null ? null : TensorMath.Concat([Tensor.Range(early.Count), later - Saved], 0);
        return (TensorMath.Concat([early.States, states], 0), Array.ConvertAll(Results, one => Part(one, rows, places)));
    }

    /// <summary>What was computed for rows [rows, width], for each visit [count, width].</summary>
    public Tensor Spread(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return early is null ? rows : TensorMath.Concat([rows.Slice(0, 0, early.Count).Select(0, earlyRows), rows.Slice(0, early.Count)], 0);
    }

    static Tensor Part(Tensor all, int count, Tensor? places) => places is null ? all.Slice(0, 0, count) : all.Select(0, places);
}
