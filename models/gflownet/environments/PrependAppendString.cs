using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Strings of one length that grow at both ends. Action w &lt; letters appends letter w, action letters + w prepends it; the empty string is only appended to, so that a first letter comes in by one edge. Way
/// back 0 takes the last letter away, way 1 the first, where there are two. Cells are left-aligned: 0 while empty, then 1 + letter. QM9-small has length 5 and 11 letters (Shen et al. 2023).
/// </summary>
/// <param name="length">Letters of a finished string, from 1 on.</param>
/// <param name="letters">Size of the alphabet, from 1 on.</param>
/// <exception cref="SettingException">A number is below 1.</exception>
public readonly struct PrependAppendString(int length, int letters) : IEnvironment
{
    readonly int length = Check.AtLeast(length, 1, "PrependAppendString: length");
    readonly int letters = Check.AtLeast(letters, 1, "PrependAppendString: letters");

    /// <inheritdoc/>
    public int Cells => length;

    /// <inheritdoc/>
    public int Levels => letters + 1;

    /// <inheritdoc/>
    public int Actions => 2 * letters;

    /// <inheritdoc/>
    public int BackwardActions => 2;

    /// <inheritdoc/>
    public int LongestPath => length;

    /// <inheritdoc/>
    public bool HasFixedLength => true;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => state[length - 1] == 0 && (action < letters || state[0] > 0);

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        int filled = Filled(state);
        if (action < letters)
        {
            state[filled] = action + 1;
            return 0;
        }

        for (int i = filled; i > 0; i--) state[i] = state[i - 1];
        state[0] = action - letters + 1;
        return 1;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[0] > 0 && (backward == 0 || (length > 1 && state[1] > 0));

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        int last = Filled(state) - 1, letter = (int)state[backward == 0 ? last : 0] - 1;
        if (backward == 1)
        {
            for (int i = 0; i < last; i++) state[i] = state[i + 1];
        }

        state[last] = 0;
        return (backward * letters) + letter;
    }

    int Filled<TCells>(TCells state) where TCells : struct, ICells
    {
        int filled = 0;
        while (filled < length && state[filled] > 0) filled++;
        return filled;
    }
}
