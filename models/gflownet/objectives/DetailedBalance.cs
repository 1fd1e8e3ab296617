namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Detailed balance: mean over the transitions of (log F(s) + log P_F(s' | s) - log F(s') - log P_B(s | s'))², with log R for the flow of what leaves the graph. Bengio et al. 2023. Forward-looking, the network
/// learns log F(s) - log R(s), where every state is an object: Pan et al. 2023.
/// </summary>
public sealed class DetailedBalance(bool isForwardLooking = false) : IObjective
{
    /// <inheritdoc/>
    public ObjectiveNeeds Needs => ObjectiveNeeds.LogFlow | (isForwardLooking ? ObjectiveNeeds.StateReward : ObjectiveNeeds.None);

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        Tensor flow = isForwardLooking ? terms.LogFlow! + terms.StateLogReward! : terms.LogFlow!;
        (Tensor states, Tensor ends) = terms.Potentials(flow);
        Tensor goesOn = TensorMath.Concat([terms.HasAction.Slice(0, 1), Tensor.Zeros([1, ends.Shape[0]], DType.Bool)], 0);
        Tensor next = TensorMath.Where(goesOn, TrajectoryTerms.Ahead(states, ends), ends);
        return MaskedMean.Of((states - next).Square(), terms.HasAction);
    }
}
