namespace Adjoint;

/// <summary>
/// Tells products how often the plan reads their right operand between two writes of it. Weights that a plan never writes, or reads in many products before it updates them, stay in the caches of the cores
/// that share those products. What is computed is the same.
/// </summary>
static class ResidentOperands
{
    // A forward and a backward pass read weights twice; fewer than so many reads leave things as they are.
    const int LeastReads = 4;

    public static void Count(Draft draft)
    {
        HashSet<Storage> written = [.. draft.Written()];
        List<Instruction> instructions = draft.Instructions;
        var reads = new Dictionary<Storage, int>();
        foreach (Instruction one in instructions)
        {
            if (Right(one) is { } right) reads[right] = reads.GetValueOrDefault(right) + 1;
        }

        for (int i = 0; i < instructions.Count; i++)
        {
            if (Right(instructions[i]) is not { } right) continue;
            int count = written.Contains(right) ? reads[right] : int.MaxValue;
            if (count < LeastReads) continue;
            Op op = instructions[i].Op switch
            {
                MatMul product => product with { ReadsOfRight = count },
                FinishedMatMul product => product with { ReadsOfRight = count },
                var other => other,
            };
            instructions[i] = instructions[i] with { Op = op };
        }
    }

    // Memory of a product's right operand.
    static Storage? Right(Instruction one) => one.Op is MatMul or FinishedMatMul ? one.Inputs[1].Storage : null;
}
