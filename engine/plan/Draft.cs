namespace Adjoint;

/// <summary>A recorded step on its way to a plan: each pass rewrites the instructions and keeps what they compute.</summary>
sealed class Draft(List<Instruction> instructions, HashSet<Storage> born, Tensor[] results)
{
    readonly List<Storage> unlisted = [];

    /// <summary>What a replay runs, in order.</summary>
    public List<Instruction> Instructions { get; set; } = instructions;

    /// <summary>What runs once, when the plan is made: its results are the same in every replay.</summary>
    public List<Instruction> Constants { get; } = [];

    /// <summary>Memory that the step itself made; everything else outlives it.</summary>
    public HashSet<Storage> Born { get; } = born;

    /// <summary>What the step returned.</summary>
    public Tensor[] Results { get; private set; } = results;

    /// <summary>Devices on which the step made something.</summary>
    public IEnumerable<Device> Devices => Born.Select(static storage => storage.Device).Distinct();

    /// <summary>Memory that a replay writes.</summary>
    public Storage[] Written() => [.. Instructions.SelectMany(static one => one.Outputs).Select(static output => output.Storage).Concat(unlisted).Distinct()];

    /// <summary>Moves each temporary to its place in one block a device.</summary>
    /// <returns>Bytes of the blocks.</returns>
    public long Place()
    {
        long total = 0;
        foreach (Device device in Devices.ToArray())
        {
            Dictionary<Storage, int> places = Placement.Place(this, device, out int bytes);
            if (bytes == 0) continue;
            Storage block = Backends.Of(device).Reserve(bytes);
            Move(places.ToDictionary(static pair => pair.Key, pair => (block.Part(pair.Value, pair.Key.Bytes), 0)));
            total += bytes;
        }

        return total;
    }

    /// <summary>Drops instructions that have nothing to do, though what they name counts as written.</summary>
    public void Drop(Predicate<Instruction> idle)
    {
        unlisted.AddRange(Instructions.Where(one => idle(one)).SelectMany(static one => one.Outputs).Select(static output => output.Storage));
        Instructions.RemoveAll(idle);
    }

    /// <summary>Memory of what the step returned.</summary>
    public HashSet<Storage> Returned() => [.. Results.Select(static result => result.Storage)];

    /// <summary>Which instructions read each memory, in order.</summary>
    public Dictionary<Storage, List<int>> Readers()
    {
        var readers = new Dictionary<Storage, List<int>>();
        for (int i = 0; i < Instructions.Count; i++)
        {
            foreach (Tensor input in Instructions[i].Inputs)
            {
                if (!readers.TryGetValue(input.Storage, out List<int>? list)) readers[input.Storage] = list = [];
                list.Add(i);
            }
        }

        return readers;
    }

    /// <summary>Memory that some instruction rewrites in place.</summary>
    public HashSet<Storage> Rewritten() =>
        [.. Instructions.Where(static one => !one.IsFresh).SelectMany(static one => one.Outputs).Select(static output => output.Storage)];

    /// <summary>Lets each tensor that lies in one memory lie in another instead, from an element on.</summary>
    public void Move(IReadOnlyDictionary<Storage, (Storage Storage, int Start)> places)
    {
        if (places.Count == 0) return;
        Tensor Moved(Tensor tensor) => places.TryGetValue(tensor.Storage, out var place)
            ? new Tensor(tensor.Layout.Shift(place.Start), tensor.DType, place.Storage)
            : tensor;
        Instruction Rewritten(Instruction one) => one with { Inputs = Array.ConvertAll(one.Inputs, Moved), Outputs = Array.ConvertAll(one.Outputs, Moved) };
        Instructions = Instructions.ConvertAll(Rewritten);
        for (int i = 0; i < Constants.Count; i++) Constants[i] = Rewritten(Constants[i]);
        Results = Array.ConvertAll(Results, Moved);
    }
}
