namespace Adjoint.Models.GFlowNets;

/// <summary>Variance of the residuals without log Z over the batch: trajectory balance with the log Z that suits the batch best. Richter et al. 2020; Zhang et al. 2023 ("VarGrad").</summary>
public sealed class LogVariance : IObjective
{
    /// <inheritdoc/>
    public ObjectiveNeeds Needs => ObjectiveNeeds.None;

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms)
    {
        Tensor residual = terms.LogRatio;
        return (residual - residual.Mean().Detach()).Square().Mean();
    }
}
