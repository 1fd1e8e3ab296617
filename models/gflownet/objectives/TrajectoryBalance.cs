namespace Adjoint.Models.GFlowNets;

/// <summary>Trajectory balance: mean (log Z + log P_F(τ) - log R(x) - log P_B(τ | x))². Malkin et al. 2022, equation 14.</summary>
public sealed class TrajectoryBalance : IObjective
{
    /// <inheritdoc/>
    public ObjectiveNeeds Needs => ObjectiveNeeds.LogZ;

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms) => (terms.LogRatio + terms.LogZ!).Square().Mean();
}
