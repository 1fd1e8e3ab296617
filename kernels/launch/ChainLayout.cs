namespace Adjoint.Kernels;

/// <summary>An input of a chain as its memory is laid out.</summary>
/// <param name="Strides">Elements to step along each axis of the chain, the outermost first; 0 repeats, negative runs backwards.</param>
/// <param name="Offset">Place of the first element, in elements from an address that is a multiple of 64 bytes.</param>
public readonly record struct ChainOperand(IReadOnlyList<int> Strides, long Offset);

/// <summary>
/// Decides how a chain reads its inputs, and holds the arguments that follow. Axes that neighbour in every input that has steps are merged. Four elements a thread need inputs that a thread can load
/// as one pack or as one number; a single other one (a transposed operand, rows of odd length) makes it one element a thread.
/// </summary>
public sealed class ChainLayout
{
    readonly ChainAxes axes;
    readonly List<ChainSteps> steps = [];
    readonly ChainAccess[] access;
    readonly long[] first;

    /// <summary>Plans the reading of inputs.</summary>
    /// <param name="sizes">Sizes of the chain's axes, the outermost first, with at most 2³¹ - 1 elements.</param>
    /// <param name="inputs">The inputs, broadcast to the sizes.</param>
    /// <exception cref="ArgumentException">There are more than 8 axes that cannot be merged.</exception>
    public ChainLayout(ReadOnlySpan<int> sizes, IReadOnlyList<ChainOperand> inputs)
    {
        access = new ChainAccess[inputs.Count];
        first = [.. inputs.Select(static input => input.Offset)];
        int[] places = new int[inputs.Count];
        int placed = 0;
        for (int i = 0; i < access.Length; i++)
        {
            access[i] = Plain(sizes, inputs[i]) ?? ChainAccess.Strided;
            if (access[i] == ChainAccess.Strided) places[placed++] = i;
        }

        if (placed == 0) return;
        ChainOperand[] moved = [.. places.AsSpan(0, placed).ToArray().Select(place => inputs[place])];
        List<int> merged = Merge(sizes, moved, out List<int>[] strides);
        if (merged.Count > ChainAxes.MaxRank)
            throw new ArgumentException($"Chain: {merged.Count} axes are above the limit of {ChainAxes.MaxRank}. Copy an operand first?", nameof(sizes));
        bool packs = merged[0] % ChainKernel.PackElements == 0 && Enumerable.Range(0, placed).All(i => Packs(strides[i], merged, moved[i].Offset));
        for (int i = 0; i < placed; i++)
        {
            int start = 0;
            for (int axis = 0; axis < merged.Count; axis++) start += Math.Max(0, -strides[i][axis]) * (merged[axis] - 1);
            first[places[i]] -= start;
            if (packs) access[places[i]] = strides[i][0] == 1 ? ChainAccess.Rows : ChainAccess.Columns;
            bool inPacks = access[places[i]] == ChainAccess.Rows;
            int[] distances = [.. strides[i]];
            for (int axis = 1; inPacks && axis < distances.Length; axis++) distances[axis] /= ChainKernel.PackElements;
            steps.Add(ChainSteps.Of(inPacks ? start / ChainKernel.PackElements : start, distances));
        }

        if (packs) merged[0] /= ChainKernel.PackElements;
        axes = ChainAxes.Of([.. merged]);
    }

    /// <summary>How each input is read.</summary>
    public IReadOnlyList<ChainAccess> Access => access;

    /// <summary>Where the view of an input begins, in elements from where its offset counts: below the offset for an input that runs backwards.</summary>
    public long First(int input) => first[input];

    /// <summary>The axes.</summary>
    public ChainAxes Axes => axes;

    /// <summary>The steps of the inputs that have some, in order.</summary>
    public IReadOnlyList<ChainSteps> Steps => steps;

    /// <summary>Appends the axes and steps, where the chain has any; they follow the number of elements.</summary>
    public void Add(ref LaunchArguments arguments)
    {
        if (steps.Count == 0) return;
        arguments.Add(axes);
        foreach (ChainSteps one in steps) arguments.Add(one);
    }

    // Strides of axes of size 1 mean nothing.
    static ChainAccess? Plain(ReadOnlySpan<int> sizes, ChainOperand input)
    {
        bool isScalar = true, isDense = input.Offset % ChainKernel.PackElements == 0;
        int step = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            if (sizes[axis] == 1) continue;
            isScalar &= input.Strides[axis] == 0;
            isDense &= input.Strides[axis] == step;
            step *= sizes[axis];
        }

        return isScalar ? ChainAccess.Scalar : isDense ? ChainAccess.Dense : null;
    }

    // From the innermost axis outwards.
    static List<int> Merge(ReadOnlySpan<int> sizes, ChainOperand[] inputs, out List<int>[] strides)
    {
        var merged = new List<int>();
        List<int>[] taken = Array.ConvertAll(inputs, static _ => new List<int>());
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            if (sizes[axis] == 1) continue;
            bool merges = merged.Count > 0;
            for (int i = 0; merges && i < inputs.Length; i++) merges = inputs[i].Strides[axis] == taken[i][^1] * merged[^1];
            if (merges)
            {
                merged[^1] *= sizes[axis];
                continue;
            }

            merged.Add(sizes[axis]);
            for (int i = 0; i < inputs.Length; i++) taken[i].Add(inputs[i].Strides[axis]);
        }

        strides = taken;
        return merged;
    }

    static bool Packs(List<int> strides, List<int> sizes, long offset)
    {
        if (strides[0] == 0) return true;
        if (strides[0] != 1 || offset % ChainKernel.PackElements != 0) return false;
        for (int axis = 1; axis < sizes.Count; axis++)
        {
            if (strides[axis] % ChainKernel.PackElements != 0) return false;
        }

        return true;
    }
}
