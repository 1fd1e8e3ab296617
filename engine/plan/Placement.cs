namespace Adjoint;

/// <summary>Gives each temporary a place in one block by lifetime.</summary>
static class Placement
{
    /// <summary>Byte offset of each temporary on a device in the plan's block there; two share bytes only if their lifetimes do not touch. Constants and results live throughout.</summary>
    public static Dictionary<Storage, int> Place(Draft draft, Device device, out int bytes)
    {
        int alignment = Backends.Of(device).Alignment;
        bool IsTemporary(Storage storage) => storage.Device == device && draft.Born.Contains(storage);

        var lives = new Dictionary<Storage, (int First, int Last)>();
        for (int i = 0; i < draft.Instructions.Count; i++)
        {
            foreach (Tensor tensor in (Tensor[])[.. draft.Instructions[i].Inputs, .. draft.Instructions[i].Outputs])
            {
                if (IsTemporary(tensor.Storage)) lives[tensor.Storage] = (lives.TryGetValue(tensor.Storage, out var life) ? life.First : i, i);
            }
        }

        foreach (Instruction one in draft.Constants)
        {
            foreach (Tensor output in one.Outputs)
            {
                if (IsTemporary(output.Storage)) lives[output.Storage] = (-1, int.MaxValue);
            }
        }

        foreach (Tensor result in draft.Results)
        {
            if (lives.TryGetValue(result.Storage, out var life)) lives[result.Storage] = (life.First, int.MaxValue);
        }

        Dictionary<Storage, Storage> hosts = TakeOver(draft, lives);

        // Largest first, each at the lowest place that is free during its whole life.
        var placed = new List<(Storage Storage, int First, int Last, int Start, int End)>();
        var offsets = new Dictionary<Storage, int>();
        bytes = 0;
        foreach (var (storage, life) in lives.OrderByDescending(pair => pair.Key.Bytes).ThenBy(pair => pair.Value.First))
        {
            int size = checked((Math.Max(storage.Bytes, 1) + alignment - 1) / alignment * alignment);
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

        foreach (var (storage, host) in hosts) offsets[storage] = offsets[host];
        return offsets;
    }

    // A chain may write a result over an input that nothing needs after it: the result then lives in the input's place, whose life it prolongs.
    static Dictionary<Storage, Storage> TakeOver(Draft draft, Dictionary<Storage, (int First, int Last)> lives)
    {
        var hosts = new Dictionary<Storage, Storage>();
        for (int i = 0; i < draft.Instructions.Count; i++)
        {
            Instruction one = draft.Instructions[i];
            if (one.Op is not Fused fused) continue;
            var taken = new HashSet<Storage>();
            for (int output = 0; output < one.Outputs.Length; output++)
            {
                Storage target = one.Outputs[output].Storage;
                if (!lives.TryGetValue(target, out var life) || life.First != i) continue;
                for (int input = 0; input < one.Inputs.Length; input++)
                {
                    Storage source = one.Inputs[input].Storage, host = hosts.GetValueOrDefault(source, source);
                    bool ends = lives.TryGetValue(host, out var hostLife) && hostLife.Last == i && source.Bytes == target.Bytes && one.Inputs[input].Layout.Offset == 0;
                    if (!ends || Array.FindAll(one.Inputs, other => other.Storage == source).Length > 1 || !fused.MayOverwrite(input, output) || !taken.Add(host)) continue;
                    hosts[target] = host;
                    lives[host] = (hostLife.First, life.Last);
                    lives.Remove(target);
                    break;
                }
            }
        }

        return hosts;
    }
}
