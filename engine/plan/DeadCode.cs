namespace Adjoint;

/// <summary>Drops instructions whose results reach neither a result of the step nor memory that outlives it.</summary>
static class DeadCode
{
    public static void Remove(Draft draft)
    {
        var needed = new HashSet<Storage>();
        foreach (Tensor result in draft.Results) needed.Add(result.Storage);
        var live = new List<Instruction>();
        for (int i = draft.Instructions.Count - 1; i >= 0; i--)
        {
            Instruction one = draft.Instructions[i];
            if (!Array.Exists(one.Outputs, output => !draft.Born.Contains(output.Storage) || needed.Contains(output.Storage))) continue;
            foreach (Tensor input in one.Inputs) needed.Add(input.Storage);
            foreach (Tensor output in one.Outputs) needed.Add(output.Storage);
            live.Add(one);
        }

        live.Reverse();
        draft.Instructions = live;
    }
}
