using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A grid of side^dimensions points, walked from the corner of zeros by steps of +1 along one coordinate, and left anywhere (Bengio et al. 2021, section 4.1). Action i raises coordinate i; the last
/// one stops. No trajectory is forced to end at an upper border, so every point can be reached.
/// </summary>
/// <param name="dimensions">Number of coordinates, from 1 on.</param>
/// <param name="side">Points along each, from 2 on.</param>
/// <exception cref="SettingException">A number is below its least.</exception>
public readonly struct Hypergrid(int dimensions, int side) : IEnvironment
{
    readonly int dimensions = Check.AtLeast(dimensions, 1, "Hypergrid: dimensions");
    readonly int side = Check.AtLeast(side, 2, "Hypergrid: side");

    /// <inheritdoc/>
    public int Cells => dimensions;

    /// <inheritdoc/>
    public int Levels => side;

    /// <inheritdoc/>
    public int Actions => dimensions + 1;

    /// <inheritdoc/>
    public int BackwardActions => dimensions;

    /// <inheritdoc/>
    public int LongestPath => (dimensions * (side - 1)) + 1;

    /// <inheritdoc/>
    public bool HasFixedLength => false;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => action == dimensions || state[action] < side - 1;

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        if (action == dimensions) return -1;
        state[action]++;
        return action;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] > 0;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        state[backward]--;
        return backward;
    }
}
