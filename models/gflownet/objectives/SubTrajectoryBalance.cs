namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Balance of all sub-trajectories, each weighted λ^length, the weights of a trajectory summing to one: Madan et al. 2023. With potentials c the residual of (i, j) is c_i - c_j, so the network is asked no
/// more often than for detailed balance. λ → 0 is detailed balance, λ → ∞ trajectory balance with log Z = log F(s_0).
/// </summary>
/// <param name="lambda">λ, above 0; it may be above 1.</param>
public sealed class SubTrajectoryBalance(double lambda) : IObjective
{
    readonly double logLambda = Math.Log(lambda > 0 ? lambda : throw new SettingException($"SubTrajectoryBalance: lambda {lambda} is not above 0."));

    /// <inheritdoc/>
    public ObjectiveNeeds Needs => ObjectiveNeeds.LogFlow;

    /// <inheritdoc/>
    public Tensor Loss(TrajectoryTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        (Tensor states, Tensor ends) = terms.Potentials(terms.LogFlow!);
        int levels = states.Shape[0], batch = states.Shape[1], nodes = levels + 1;

        // The end stands behind the last state of its trajectory, wherever that is.
        Tensor places = Tensor.Range(levels, dtype: states.DType).Reshape([1, levels]).Expand([batch, levels]);
        Tensor hasAction = terms.HasAction.Transpose();
        Tensor last = TensorMath.Where(hasAction, places, Tensor.Scalar(-1, states.DType)).Max(1, keepAxes: true) + 1;
        Tensor position = TensorMath.Concat([places, last], 1);
        Tensor isNode = TensorMath.Concat([hasAction, Tensor.Ones([batch, 1], DType.Bool)], 1);
        Tensor potential = TensorMath.Concat([states.Transpose(), ends.Unsqueeze(1)], 1);

        Tensor length = position.Unsqueeze(1) - position.Unsqueeze(2);
        Tensor isPair = isNode.Unsqueeze(1).And(isNode.Unsqueeze(2)).And(length.Greater(0));
        Tensor logWeight = TensorMath.Where(isPair, length * logLambda, Tensor.Scalar(double.NegativeInfinity, states.DType));
        Tensor weight = logWeight.Reshape([batch, nodes * nodes]).Softmax().Reshape([batch, nodes, nodes]);
        Tensor residual = TensorMath.Where(isPair, potential.Unsqueeze(1) - potential.Unsqueeze(2), Tensor.Scalar(0, states.DType));
        return (residual.Square() * weight).Sum() / batch;
    }
}
