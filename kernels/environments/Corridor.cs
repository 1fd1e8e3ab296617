namespace Adjoint.Kernels;

/// <summary>A walk to the right over some places that may stop anywhere: the smallest environment, which stands for all others in the tables of ops and kernels.</summary>
/// <param name="places">Number of places.</param>
public readonly struct Corridor(int places) : IEnvironment
{
    readonly int places = places;

    /// <inheritdoc/>
    public int Cells => 1;

    /// <inheritdoc/>
    public int Levels => places;

    /// <inheritdoc/>
    public int Actions => 2;

    /// <inheritdoc/>
    public int BackwardActions => 1;

    /// <inheritdoc/>
    public int LongestPath => places;

    /// <inheritdoc/>
    public bool HasFixedLength => false;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => action == 1 || state[0] < places - 1;

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        if (action == 1) return -1;
        state[0]++;
        return 0;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[0] > 0;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        state[0]--;
        return 0;
    }
}
