namespace Adjoint;

/// <summary>
/// Joins pointwise instructions that pass numbers to each other over the same elements into one <see cref="Fused"/> op, so that what passes between them stays in the cache and
/// only what others need is written to memory.
/// </summary>
static class Fusion
{
    const int MaxSteps = 48;

    public static void Apply(Draft draft)
    {
        List<Instruction> instructions = draft.Instructions;
        List<int>[] before = Dependencies.Of(instructions);
        var clusters = new Clusters(before);
        Sink(draft, clusters);
        var writer = new Dictionary<Storage, int>();
        for (int i = 0; i < instructions.Count; i++)
        {
            foreach (Tensor output in instructions[i].Outputs) writer[output.Storage] = i;
            if (!Fuses(instructions[i])) continue;
            foreach (Tensor input in instructions[i].Inputs)
            {
                if (!writer.TryGetValue(input.Storage, out int source) || source == i || !Passes(instructions[source], input, instructions[i])) continue;
                int first = clusters.Of(source), second = clusters.Of(i);
                if (first == second || !Fit(instructions, clusters, first, second)) continue;
                clusters.TryMerge(first, second);
            }
        }

        draft.Instructions = Emit(draft, clusters);
    }

    // What one later instruction alone reads, and what can be computed there from tensors that are in memory anyway, goes to that reader: a derivative of an activation is
    // computed from the activation when the backward pass needs it, not kept beside it.
    static void Sink(Draft draft, Clusters clusters)
    {
        List<Instruction> instructions = draft.Instructions;
        HashSet<Storage> inMemory = draft.Returned();
        var writer = new Dictionary<Storage, int>();
        Dictionary<Storage, List<int>> readers = draft.Readers();
        for (int i = 0; i < instructions.Count; i++)
        {
            bool fuses = Fuses(instructions[i]);
            foreach (Tensor input in instructions[i].Inputs)
            {
                if (!fuses) inMemory.Add(input.Storage);
            }

            foreach (Tensor output in instructions[i].Outputs)
            {
                writer[output.Storage] = i;
                if (!fuses) inMemory.Add(output.Storage);
            }
        }

        var sinks = new bool[instructions.Count];
        for (int i = 0; i < sinks.Length; i++)
        {
            Instruction one = instructions[i];
            if (!Fuses(one) || inMemory.Contains(one.Outputs[0].Storage)) continue;
            if (!readers.TryGetValue(one.Outputs[0].Storage, out List<int>? list) || list.Count != 1) continue;
            sinks[i] = Fuses(instructions[list[0]]) && Array.TrueForAll(instructions[list[0]].Inputs, input => input.Storage != one.Outputs[0].Storage || Passes(one, input, instructions[list[0]]))
                && Array.TrueForAll(one.Inputs, input => !writer.TryGetValue(input.Storage, out int source) || inMemory.Contains(input.Storage) || sinks[source]);
        }

        for (int i = sinks.Length - 1; i >= 0; i--)
        {
            if (!sinks[i]) continue;
            int first = clusters.Of(i), second = clusters.Of(readers[instructions[i].Outputs[0].Storage][0]);
            if (first != second && Fit(instructions, clusters, first, second)) clusters.TryMerge(first, second);
        }
    }

    static bool Fuses(Instruction one) => one.IsFresh && one.Op is IPointwiseOp && one.Outputs[0].Count > 0 && Backends.Of(one.Outputs[0].Device).RunsChains;

    // Whether the reader sees the numbers of a pointwise writer as they are visited, one for one.
    static bool Passes(Instruction source, Tensor input, Instruction reader) =>
        Fuses(source) && SameElements(input.Shape, reader.Outputs[0].Shape) && SameElements(source.Outputs[0].Shape, input.Shape)
        && input.Layout.IsContiguous && input.Layout.Offset == source.Outputs[0].Layout.Offset;

    // Axes of size one make no difference.
    static bool SameElements(Shape a, Shape b)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < a.Rank && a[i] == 1) i++;
            while (j < b.Rank && b[j] == 1) j++;
            if (i == a.Rank || j == b.Rank) return i == a.Rank && j == b.Rank;
            if (a[i++] != b[j++]) return false;
        }
    }

    // Everything that passes within the group passes one for one. Inputs may each need a buffer: together they must stay in the first-level cache.
    static bool Fit(List<Instruction> instructions, Clusters clusters, int first, int second)
    {
        Instruction[] members = [.. clusters.Members(first).Concat(clusters.Members(second)).Select(i => instructions[i])];
        if (members.Length > MaxSteps) return false;
        Dictionary<Storage, Instruction> made = members.ToDictionary(static one => one.Outputs[0].Storage);
        var outside = new HashSet<(Storage, int)>();
        foreach (Instruction one in members)
        {
            foreach (Tensor input in one.Inputs)
            {
                if (!made.TryGetValue(input.Storage, out Instruction? source)) outside.Add((input.Storage, input.Layout.Offset));
                else if (!Passes(source, input, one)) return false;
            }
        }

        return outside.Count <= Fused.MaxInputs;
    }

    static List<Instruction> Emit(Draft draft, Clusters clusters)
    {
        List<Instruction> instructions = draft.Instructions;
        HashSet<Storage> returned = draft.Returned();
        Dictionary<Storage, List<int>> readers = draft.Readers();
        var result = new List<Instruction>();
        foreach (int group in clusters.Order())
        {
            IReadOnlyList<int> members = clusters.Members(group);
            if (members.Count == 1 && !Fuses(instructions[members[0]]))
            {
                result.Add(instructions[members[0]]);
                continue;
            }

            Instruction[] chain = [.. members.Select(i => instructions[i])];
            var escaping = new bool[chain.Length];
            for (int s = 0; s < chain.Length; s++)
            {
                Storage storage = chain[s].Outputs[0].Storage;
                escaping[s] = !draft.Born.Contains(storage) || returned.Contains(storage)
                    || (readers.TryGetValue(storage, out List<int>? list) && list.Exists(reader => clusters.Of(reader) != group));
            }

            result.Add(Fused.Make(chain, escaping));
        }

        return result;
    }
}
