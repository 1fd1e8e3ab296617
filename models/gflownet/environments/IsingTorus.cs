using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Spins on a side × side torus, set one after another in any order: action 2 · site + spin sets a site, way back i unsets site i. A cell is 0 while unset, 1 for spin -1, 2 for spin +1; site = row · side +
/// column (gflownet specification, section 5.3).
/// </summary>
/// <param name="side">Sites along each axis, from 2 on.</param>
/// <exception cref="SettingException">The side is below 2.</exception>
public readonly struct IsingTorus(int side) : IEnvironment
{
    readonly int sites = Check.AtLeast(side, 2, "IsingTorus: side") * side;

    /// <inheritdoc/>
    public int Cells => sites;

    /// <inheritdoc/>
    public int Levels => 3;

    /// <inheritdoc/>
    public int Actions => 2 * sites;

    /// <inheritdoc/>
    public int BackwardActions => sites;

    /// <inheritdoc/>
    public int LongestPath => sites;

    /// <inheritdoc/>
    public bool HasFixedLength => true;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => state[action >> 1] == 0;

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        state[action >> 1] = (action & 1) + 1;
        return action >> 1;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] > 0;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        int action = (2 * backward) + (int)state[backward] - 1;
        state[backward] = 0;
        return action;
    }
}
