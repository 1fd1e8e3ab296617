namespace Adjoint.Models.GFlowNets;

/// <summary>
/// f-trajectory balance: the loss of a chosen f-divergence on the residual of trajectory balance (Fawkes, Hartford 2026). log Z is learned, or the best constant of each batch ("DevGrad"). Tempered, the loss is
/// L(β δ)/β, whose gradient does not grow as rewards get sharper (section 3.7).
/// </summary>
/// <param name="divergence">f.</param>
/// <param name="learnsLogZ">Whether log Z is learned.</param>
/// <param name="temper">β, above 0; 1 leaves the loss as it is.</param>
public sealed class DivergenceBalance(FDivergence divergence, bool learnsLogZ, double temper = 1) : IObjective
{
    /// <inheritdoc/>
    public ObjectiveNeeds Needs => learnsLogZ ? ObjectiveNeeds.LogZ : ObjectiveNeeds.None;

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        Tensor ratios = terms.LogRatio * temper;

        // The best constant has derivative zero, so it counts as a number (envelope theorem, section 3.5).
        Tensor constant = learnsLogZ ? terms.LogZ! * temper : divergence.Constant(ratios.Detach()).Detach();
        return divergence.Loss(ratios + constant) * (1 / temper);
    }
}
