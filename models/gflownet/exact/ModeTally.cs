namespace Adjoint.Models.GFlowNets;

/// <summary>Counts the distinct modes, and the regions of modes, among all objects that a training run has drawn so far.</summary>
/// <param name="modes">What modes are.</param>
/// <param name="cells">Numbers of a state.</param>
public sealed class ModeTally(IModes modes, int cells)
{
    readonly StateTable found = new(cells);
    readonly bool[] regions = new bool[modes.Regions];

    /// <summary>Objects seen, modes or not.</summary>
    public long Seen { get; private set; }

    /// <summary>Distinct objects that are modes.</summary>
    public int Modes => found.Count;

    /// <summary>Regions of modes that were found.</summary>
    public int Regions => regions.AsSpan().Count(true);

    /// <summary>Takes in finished states, i64 [rows, cells].</summary>
    public void Add(Tensor states)
    {
        RewardChecks.States("ModeTally", states, cells);
        Add(states.Read<long>());
    }

    /// <summary>Takes in finished states, one after another.</summary>
    public void Add(ReadOnlySpan<long> states)
    {
        for (int first = 0; first + cells <= states.Length; first += cells)
        {
            ReadOnlySpan<long> state = states.Slice(first, cells);
            Seen++;
            modes.Mark(state, regions);
            if (modes.IsMode(state)) found.Add(state, out _);
        }
    }
}
