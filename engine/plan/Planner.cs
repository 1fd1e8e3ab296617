namespace Adjoint;

/// <summary>Turns a recording into what is replayed: drops what nothing needs, and gives each temporary a place in one block by lifetime.</summary>
static class Planner
{
    /// <summary>Instructions whose results reach an output or outlive the step, in order.</summary>
    public static List<Instruction> Live(Recorder recorder, IEnumerable<Tensor> outputs)
    {
        var needed = new HashSet<Storage>();
        foreach (Tensor output in outputs) needed.Add(output.Storage);
        var live = new List<Instruction>();
        for (int i = recorder.Instructions.Count - 1; i >= 0; i--)
        {
            Instruction instruction = recorder.Instructions[i];
            if (!Array.Exists(instruction.Outputs, output => !recorder.Born.Contains(output.Storage) || needed.Contains(output.Storage))) continue;
            foreach (Tensor input in instruction.Inputs) needed.Add(input.Storage);
            foreach (Tensor output in instruction.Outputs) needed.Add(output.Storage);
            live.Add(instruction);
        }

        live.Reverse();
        return live;
    }

    /// <summary>Byte offset of each temporary; two share bytes only if their lifetimes do not touch.</summary>
    public static Dictionary<Storage, int> Place(List<Instruction> instructions, HashSet<Storage> born, IEnumerable<Tensor> outputs, out int bytes)
    {
        var lives = new Dictionary<Storage, (int First, int Last)>();
        for (int i = 0; i < instructions.Count; i++)
        {
            foreach (Tensor tensor in (Tensor[])[.. instructions[i].Inputs, .. instructions[i].Outputs])
            {
                if (born.Contains(tensor.Storage)) lives[tensor.Storage] = (lives.TryGetValue(tensor.Storage, out var life) ? life.First : i, i);
            }
        }

        foreach (Tensor output in outputs)
        {
            if (lives.TryGetValue(output.Storage, out var life)) lives[output.Storage] = (life.First, int.MaxValue);
        }

        // Largest first, each at the lowest place that is free during its whole life.
        var placed = new List<(Storage Storage, int First, int Last, int Start, int End)>();
        var offsets = new Dictionary<Storage, int>();
        bytes = 0;
        foreach (var (storage, life) in lives.OrderByDescending(pair => pair.Key.Bytes).ThenBy(pair => pair.Value.First))
        {
            int size = checked((Math.Max(storage.Bytes, 1) + HostStorage.Alignment - 1) / HostStorage.Alignment * HostStorage.Alignment);
            int start = 0;
            foreach (var other in placed.Where(other => other.First <= life.Last && life.First <= other.Last).OrderBy(other => other.Start))
            {
                if (checked(start + size) <= other.Start) break;
                start = Math.Max(start, other.End);
            }

            placed.Add((storage, life.First, life.Last, start, checked(start + size)));
            offsets[storage] = start;
            bytes = Math.Max(bytes, start + size);
        }

        return offsets;
    }
}
