namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The states that an iteration's trajectories went through, with what happened there: first those of the early levels, level by level, then all others. Memory that outlives steps: sampling fills it, learning
/// reads what lies in front. What a policy computed lies in rows of its own, since trajectories share those of early states.
/// </summary>
public sealed class Visits
{
    readonly EarlyStates? early;
    readonly Tensor earlyRows;

    /// <summary>Makes memory.</summary>
    /// <param name="capacity">The most visits.</param>
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

    /// <summary>The most visits.</summary>
    public int Capacity { get; }

    /// <summary>The states [capacity, cells].</summary>
    public Tensor States { get; }

    /// <summary>The actions taken there [capacity]; -1 where a trajectory was complete.</summary>
    public Tensor Actions { get; }

    /// <summary>The ways back to where the trajectories came from [capacity]; -1 at the source.</summary>
    public Tensor Arrivals { get; }

    /// <summary>What the policy computed, layer by layer [rows, width]: at the early states, and then at each later visit.</summary>
    public Tensor[] Results { get; }

    // By so many there are fewer rows than visits.
    int Saved => (early?.Visits ?? 0) - (early?.Count ?? 0);

    /// <summary>Writes visits at their places (i64 [rows]); -1 leaves a row out.</summary>
    public void Put(Tensor places, Tensor states, Tensor actions, Tensor arrivals, Tensor[] results)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(results);
        TensorMath.CopyRowsInto([states, actions, arrivals], [States, Actions, Arrivals], places);
        if (results.Length > 0) TensorMath.CopyRowsInto(results, Results, RowsOf(places));
    }

    /// <summary>Writes visits to early states, of which <paramref name="rows"/> (i64) are the numbers.</summary>
    public void PutEarly(Tensor places, Tensor states, Tensor actions, Tensor arrivals, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        TensorMath.CopyRowsInto([states, actions, arrivals, rows], [States, Actions, Arrivals, earlyRows], places);
    }

    /// <summary>Writes visits behind the early levels once more, at other places (i64 [rows]); -1 leaves a row out.</summary>
    public void Move(Tensor from, Tensor to)
    {
        Tensor rows = RowsOf(from);
        Put(to, States.Select(0, from), Actions.Select(0, from), Arrivals.Select(0, from), Array.ConvertAll(Results, one => one.Select(0, rows)));
    }

    /// <summary>Writes what the policy computed at the early states from one on.</summary>
    public void PutEarly(int start, Tensor[] results)
    {
        ArgumentNullException.ThrowIfNull(results);
        for (int i = 0; i < results.Length; i++) results[i].CopyInto(Results[i].Slice(0, start, start + results[i].Shape[0]));
    }

    /// <summary>The first visits, as views.</summary>
    public (Tensor States, Tensor Actions, Tensor Arrivals) First(int count) => (States.Slice(0, 0, count), Actions.Slice(0, 0, count), Arrivals.Slice(0, 0, count));

    /// <summary>How many rows a policy computes for the first visits.</summary>
    public int RowsOf(int count) => count - Saved;

    /// <summary>The states at some rows.</summary>
    public Tensor StatesOfRows(int start, int end)
    {
        int shared = early?.Count ?? 0;
        if (start >= shared) return States.Slice(0, start + Saved, end + Saved);
        Tensor first = early!.States.Slice(0, start, Math.Min(end, shared));
        return end <= shared ? first : TensorMath.Concat([first, States.Slice(0, shared + Saved, end + Saved)], 0);
    }

    /// <summary>What the policy computed at some rows, layer by layer.</summary>
    public Tensor[] ResultsOfRows(int start, int end) => Array.ConvertAll(Results, one => one.Slice(0, start, end));

    /// <summary>The row of what the policy computed at each of the first visits, i64 [count].</summary>
    public Tensor RowsOfVisits(int count) => early is null ? Tensor.Range(count) : TensorMath.Concat([earlyRows, Tensor.Range(count - early.Visits, early.Count)], 0);

    // Rows of results of visits behind the early levels.
    Tensor RowsOf(Tensor places) => Saved == 0 ? places : (places - Saved).Maximum(Tensor.Scalar(-1, DType.I64));
}
