using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Strings of one length, written from left to right: a tree, with one way back. Action w writes letter w. A cell is 0 while empty, then 1 + letter. TFBind8 has length 8 and 4 letters; bit sequences of n bits
/// in words of k have length n/k and 2^k letters (Malkin et al. 2022, section 5.2).
/// </summary>
/// <param name="length">Letters of a finished string, from 1 on.</param>
/// <param name="letters">Size of the alphabet, from 1 on.</param>
/// <exception cref="SettingException">A number is below 1.</exception>
public readonly struct AutoregressiveString(int length, int letters) : IEnvironment
{
    readonly int length = Check.AtLeast(length, 1, "AutoregressiveString: length");
    readonly int letters = Check.AtLeast(letters, 1, "AutoregressiveString: letters");

    /// <inheritdoc/>
    public int Cells => length;

    /// <inheritdoc/>
    public int Levels => letters + 1;

    /// <inheritdoc/>
    public int Actions => letters;

    /// <inheritdoc/>
    public int BackwardActions => 1;

    /// <inheritdoc/>
    public int LongestPath => length;

    /// <inheritdoc/>
    public bool HasFixedLength => true;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => state[length - 1] == 0;

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        state[Filled(state)] = action + 1;
        return 0;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[0] > 0;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        int last = Filled(state) - 1, letter = (int)state[last] - 1;
        state[last] = 0;
        return letter;
    }

    int Filled<TCells>(TCells state) where TCells : struct, ICells
    {
        int filled = 0;
        while (filled < length && state[filled] > 0) filled++;
        return filled;
    }
}
