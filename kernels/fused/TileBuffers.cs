namespace Adjoint.Kernels;

/// <summary>Gives the inputs that are not read in place, and the values that pass between steps, buffers of a tile; two share one only if they are not needed at once.</summary>
static class TileBuffers
{
    /// <summary>The buffer of each value, -1 for those that need none.</summary>
    public static int[] Assign(TileShape shape, TileInput[] inputs, TileInstruction[] instructions, int rowsPerTile, out int count)
    {
        var buffers = new int[inputs.Length + instructions.Length];
        Array.Fill(buffers, -1);
        var free = new Stack<int>();
        count = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            // Inputs keep their buffer for the whole tile: some are laid out once for all tiles.
            bool inPlace = shape.IsDense[i] || (shape.ColumnStrides[i] is 0 or 1 && rowsPerTile == 1) || (shape.ColumnStrides[i] == 0 && shape.IsOneRow[i]);
            if (!inPlace) buffers[i] = count++;
        }

        int[] last = LastUses(inputs.Length, instructions);
        for (int s = 0; s < instructions.Length; s++)
        {
            TileInstruction one = instructions[s];
            int own = inputs.Length + s;

            // A step may write over an operand of its own element size that nothing needs after it; others are free from the next step on.
            int reused = Array.Find([one.X, one.Y, one.Z], operand => Ends(operand) && instructions[operand - inputs.Length].ElementSize == one.ElementSize);
            bool takesOver = one.Output < 0 && reused >= inputs.Length && Ends(reused) && instructions[reused - inputs.Length].ElementSize == one.ElementSize;
            if (takesOver) buffers[own] = buffers[reused];
            else if (one.Output < 0) buffers[own] = free.TryPop(out int buffer) ? buffer : count++;
            foreach (int operand in (HashSet<int>)[one.X, one.Y, one.Z])
            {
                if (Ends(operand) && !(takesOver && operand == reused)) free.Push(buffers[operand]);
            }

            bool Ends(int operand) => operand >= inputs.Length && last[operand] == s && buffers[operand] >= 0;
        }

        return buffers;
    }

    static int[] LastUses(int inputs, TileInstruction[] instructions)
    {
        var last = new int[inputs + instructions.Length];
        for (int s = 0; s < instructions.Length; s++)
        {
            TileInstruction one = instructions[s];
            last[one.X] = last[one.Y] = last[one.Z] = s;
        }

        return last;
    }
}
