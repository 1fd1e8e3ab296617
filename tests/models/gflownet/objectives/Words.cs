using Adjoint.Kernels;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Words whose places are filled in any order: cell i holds 0 while it is empty, then 1 + its letter. Complete words allow no action, so all trajectories have one length.</summary>
readonly struct Words(int length, int letters) : IEnvironment
{
    readonly int length = length;
    readonly int letters = letters;

    public int Cells => length;

    public int Levels => letters + 1;

    public int Actions => length * letters;

    public int BackwardActions => length;

    public int LongestPath => length;

    public bool HasFixedLength => true;

    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => state[action / letters] == 0;

    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        state[action / letters] = 1 + (action % letters);
        return action / letters;
    }

    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] > 0;

    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        long letter = state[backward] - 1;
        state[backward] = 0;
        return (backward * letters) + (int)letter;
    }
}
