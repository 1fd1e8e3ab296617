namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Detailed balance without flows, where every state is an object: mean over the transitions between states of
/// (log R(s') + log P_B(s | s') + log P_F(stop | s) - log R(s) - log P_F(s' | s) - log P_F(stop | s'))². Deleu et al. 2022.
/// </summary>
public sealed class ModifiedDetailedBalance : IObjective
{
    /// <inheritdoc/>
    public ObjectiveNeeds Needs => ObjectiveNeeds.StateReward | ObjectiveNeeds.Stop;

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        Tensor reward = terms.StateLogReward!, stop = terms.LogStop!, before = reward - stop;
        Tensor residual = TrajectoryTerms.Ahead(before + terms.LogBackward, null) - before - terms.LogForward;
        Tensor goesOn = TensorMath.Concat([terms.HasAction.Slice(0, 1), Tensor.Zeros([1, reward.Shape[1]], DType.Bool)], 0);
        return MaskedMean.Of(residual.Square(), goesOn);
    }
}
