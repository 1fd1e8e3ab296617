using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Strings of one length, written in any order: action position · letters + letter writes a letter at an empty position, and way back i empties position i. A cell is 0 while empty, then 1 + letter. The bit
/// sequences of gflownet-rl and gfnx (gflownet specification, section 5.2).
/// </summary>
/// <param name="length">Letters of a finished string, from 1 on.</param>
/// <param name="letters">Size of the alphabet, from 1 on.</param>
/// <exception cref="SettingException">A number is below 1.</exception>
public readonly struct PositionString(int length, int letters) : IEnvironment
{
    readonly int length = Check.AtLeast(length, 1, "PositionString: length");
    readonly int letters = Check.AtLeast(letters, 1, "PositionString: letters");

    /// <inheritdoc/>
    public int Cells => length;

    /// <inheritdoc/>
    public int Levels => letters + 1;

    /// <inheritdoc/>
    public int Actions => length * letters;

    /// <inheritdoc/>
    public int BackwardActions => length;

    /// <inheritdoc/>
    public int LongestPath => length;

    /// <inheritdoc/>
    public bool HasFixedLength => true;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => state[action / letters] == 0;

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        int position = action / letters;
        state[position] = action - (position * letters) + 1;
        return position;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] > 0;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        int letter = (int)state[backward] - 1;
        state[backward] = 0;
        return (backward * letters) + letter;
    }
}
