namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The states that an iteration's trajectories went through, in the order in which they were met, with what happened there. Memory that outlives steps: sampling fills it, learning reads its leading rows.
/// </summary>
public sealed class Visits
{
    /// <summary>Makes memory.</summary>
    /// <param name="capacity">The most visits.</param>
    /// <param name="cells">Numbers of a state.</param>
    /// <param name="widths">Widths of the results of a policy that recalls; none for others.</param>
    /// <param name="type">Type of those results.</param>
    public Visits(int capacity, int cells, IReadOnlyList<int> widths, DType type)
    {
        Capacity = capacity;
        States = Tensor.Zeros([capacity, cells], DType.I64);
        Actions = Tensor.Full([capacity], -1, DType.I64);
        Arrivals = Tensor.Full([capacity], -1, DType.I64);
        Results = [.. widths.Select(width => Tensor.Zeros([capacity, width], type))];
    }

    /// <summary>The most visits.</summary>
    public int Capacity { get; }

    /// <summary>The states [capacity, cells].</summary>
    public Tensor States { get; }

    /// <summary>The actions taken there [capacity]; -1 where a trajectory was complete.</summary>
    public Tensor Actions { get; }

    /// <summary>The ways back to where the trajectories came from [capacity]; -1 at the source.</summary>
    public Tensor Arrivals { get; }

    /// <summary>What the policy computed there, layer by layer [capacity, width].</summary>
    public Tensor[] Results { get; }

    /// <summary>The first visits, as views.</summary>
    public (Tensor States, Tensor Actions, Tensor Arrivals, Tensor[] Results) First(int count) =>
        (States.Slice(0, 0, count), Actions.Slice(0, 0, count), Arrivals.Slice(0, 0, count), Array.ConvertAll(Results, one => one.Slice(0, 0, count)));

    /// <summary>Writes visits at their places (i64 [rows]); -1 leaves a row out.</summary>
    public void Put(Tensor places, Tensor states, Tensor actions, Tensor arrivals, Tensor[] results)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(results);
        states.CopyRowsInto(States, places);
        actions.CopyRowsInto(Actions, places);
        arrivals.CopyRowsInto(Arrivals, places);
        for (int i = 0; i < results.Length; i++) results[i].CopyRowsInto(Results[i], places);
    }
}
