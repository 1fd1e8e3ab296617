namespace Adjoint.Models.GFlowNets;

/// <summary>Counts the distinct modes, and the regions of modes, among all objects that a training run has drawn so far.</summary>
/// <param name="modes">What modes are.</param>
/// <param name="cells">Numbers of a state.</param>
public sealed class ModeTally(IModes modes, int cells)
{
    StateTable found = new(cells);
    readonly bool[] regions = new bool[modes.Regions];
    long[] numbers = [];

    /// <summary>Objects seen, modes or not.</summary>
    public long Seen { get; private set; }

    /// <summary>Distinct objects that are modes.</summary>
    public int Modes => found.Count;

    /// <summary>Regions of modes that were found.</summary>
    public int Regions => regions.AsSpan().Count(true);

    /// <summary>Modes found [modes, cells], regions found [regions] and objects seen [1], for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
    [
        ("modes", Tensor.From<long>(found.Numbers.AsSpan(0, found.Count * cells).ToArray(), [found.Count, cells])), ("regions", Tensor.From(regions)), ("seen", Tensor.From<long>([Seen])),
    ];

    /// <summary>Takes up where a checkpoint left off.</summary>
    /// <exception cref="DataException">The tensors are not those of this reward.</exception>
    public void Load(Tensor modesFound, Tensor regionsFound, Tensor seen)
    {
        ArgumentNullException.ThrowIfNull(modesFound);
        ArgumentNullException.ThrowIfNull(regionsFound);
        ArgumentNullException.ThrowIfNull(seen);
        if (modesFound.Rank != 2 || modesFound.Shape[1] != cells || modesFound.DType != DType.I64 || regionsFound.Count != regions.Length || regionsFound.DType != DType.Bool || seen.Count != 1 || seen.DType != DType.I64)
            throw new DataException("The checkpoint's modes are those of another reward. It belongs to another configuration.");
        found = new StateTable(cells);
        long[] numbers = modesFound.Read<long>();
        for (int i = 0; i < modesFound.Shape[0]; i++) found.Add(numbers.AsSpan(i * cells, cells), out _);
        regionsFound.Read(regions.AsSpan());
        Seen = seen.Read<long>()[0];
    }

    /// <summary>Takes in finished states, i64 [rows, cells].</summary>
    public void Add(Tensor states)
    {
        RewardChecks.States("ModeTally", states, cells);
        if (numbers.Length != states.Count) numbers = new long[states.Count];
        states.Read(numbers.AsSpan());
        Add(numbers);
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
