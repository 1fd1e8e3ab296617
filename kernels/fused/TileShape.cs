namespace Adjoint.Kernels;

/// <summary>
/// The elements that a <see cref="TileProgram"/> visits, as rows of columns, and how each input lies along them. Axes that chain in every input are merged, so that
/// dense inputs of any rank give one long row.
/// </summary>
sealed class TileShape
{
    readonly int[] outerSizes;
    readonly int[][] outerStrides;

    /// <summary>Merges axes; each input gives its strides, already broadcast to the sizes.</summary>
    public TileShape(ReadOnlySpan<int> sizes, TileInput[] inputs)
    {
        var merged = new List<int>();
        var strides = Array.ConvertAll(inputs, static _ => new List<int>());
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            int size = sizes[axis];
            if (size == 1) continue;
            bool chains = merged.Count > 0;
            for (int i = 0; chains && i < inputs.Length; i++) chains = strides[i][^1] == inputs[i].Strides[axis] * size;
            if (chains) merged[^1] *= size;
            else merged.Add(size);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (chains) strides[i][^1] = inputs[i].Strides[axis];
                else strides[i].Add(inputs[i].Strides[axis]);
            }
        }

        if (merged.Count == 0)
        {
            merged.Add(1);
            foreach (var list in strides) list.Add(0);
        }

        Columns = merged[^1];
        outerSizes = [.. merged[..^1]];
        outerStrides = Array.ConvertAll(strides, static list => list[..^1].ToArray());
        ColumnStrides = Array.ConvertAll(strides, static list => list[^1]);
        Rows = 1;
        foreach (int size in outerSizes) Rows *= size;
        IsDense = new bool[inputs.Length];
        IsOneRow = new bool[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            IsOneRow[i] = Array.TrueForAll(outerStrides[i], static stride => stride == 0);
            IsDense[i] = ColumnStrides[i] == 1 && IsPacked(outerStrides[i]);
        }
    }

    /// <summary>Length of a row.</summary>
    public int Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Step of each input along a row, in elements.</summary>
    public int[] ColumnStrides { get; }

    /// <summary>Whether an input lies as the elements are visited.</summary>
    public bool[] IsDense { get; }

    /// <summary>Whether every row sees the same numbers of an input.</summary>
    public bool[] IsOneRow { get; }

    /// <summary>Step of an input from row to row, in elements, if it is always the same.</summary>
    public long? RowStride(int input) => outerStrides[input] is [int stride] ? stride : null;

    /// <summary>Where an input's row begins, in elements.</summary>
    public long RowOffset(int input, int row)
    {
        int[] strides = outerStrides[input];
        if (strides.Length == 1) return (long)row * strides[0];
        long offset = 0;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            int size = outerSizes[axis], index = row % size;
            row /= size;
            offset += (long)index * strides[axis];
        }

        return offset;
    }

    bool IsPacked(int[] strides)
    {
        long step = Columns;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            if (strides[axis] != step) return false;
            step *= outerSizes[axis];
        }

        return true;
    }
}
