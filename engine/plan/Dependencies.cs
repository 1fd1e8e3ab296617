namespace Adjoint;

/// <summary>Which instructions must come before which: those that write what one reads, and those that read or write what one overwrites.</summary>
static class Dependencies
{
    /// <summary>For each instruction, the earlier ones that it must follow.</summary>
    public static List<int>[] Of(List<Instruction> instructions)
    {
        var before = new List<int>[instructions.Count];
        var writer = new Dictionary<Storage, int>();
        var readers = new Dictionary<Storage, List<int>>();
        for (int i = 0; i < before.Length; i++)
        {
            var found = new HashSet<int>();
            foreach (Tensor input in instructions[i].Inputs)
            {
                if (writer.TryGetValue(input.Storage, out int written)) found.Add(written);
                if (!readers.TryGetValue(input.Storage, out List<int>? list)) readers[input.Storage] = list = [];
                list.Add(i);
            }

            foreach (Tensor output in instructions[i].Outputs)
            {
                if (writer.TryGetValue(output.Storage, out int written)) found.Add(written);
                if (readers.Remove(output.Storage, out List<int>? list)) found.UnionWith(list);
                writer[output.Storage] = i;
            }

            found.Remove(i);
            before[i] = [.. found];
        }

        return before;
    }
}
