namespace Adjoint.Models.GFlowNets;

/// <summary>What rewards ask of states.</summary>
static class RewardChecks
{
    /// <summary>States i64 [rows, <paramref name="cells"/>].</summary>
    public static void States(string reward, Tensor states, int cells)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (states.DType != DType.I64 || states.Rank != 2 || states.Shape[1] != cells)
            throw new ShapeException($"{reward}: states {states.DType.Name()} {states.Shape} are not i64 [rows, {cells}]. Pass states of the reward's environment.");
    }
}
