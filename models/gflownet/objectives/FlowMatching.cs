using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Flow matching: what flows into a state is what flows out of it, (log Σ F(s'' → s) - log (R(s) + Σ F(s → s')))², mean over visited states but the source. The forward head gives log edge flows, and the edge
/// that leaves the graph carries R(s). Bengio et al. 2021, equation 12.
/// </summary>
public sealed class FlowMatching
{
    /// <summary>Logits of P_F: edge flows, with log R for leaving the graph where that is possible.</summary>
    /// <param name="edges">Log edge flows [rows, actions].</param>
    /// <param name="logReward">log R of the states [rows]; null for environments of fixed length.</param>
    public static Tensor Logits(Tensor edges, Tensor? logReward)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return logReward is null ? edges : TensorMath.Concat([edges.Slice(1, 0, edges.Shape[1] - 1), logReward.Unsqueeze(1)], 1);
    }

    /// <summary>The loss, a scalar.</summary>
    /// <param name="environment">The rules.</param>
    /// <param name="policy">Gives log edge flows.</param>
    /// <param name="reward">log R [rows] of states that are objects.</param>
    /// <param name="states">Visited states [rows, cells]; where all trajectories have one length, the last is an object.</param>
    /// <param name="isCounted">Which of them count, none of them the source: bool [rows].</param>
    public static Tensor Loss<TEnvironment>(TEnvironment environment, Policy policy, Func<Tensor, Tensor> reward, Tensor states, Tensor isCounted)
        where TEnvironment : unmanaged, IEnvironment
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reward);
        ArgumentNullException.ThrowIfNull(states);
        Tensor inflow = Inflow(environment, policy, states, isCounted), outflow = Outflow(environment, policy, reward, states);
        return MaskedMean.Of((inflow - outflow).Square(), isCounted);
    }

    static Tensor Inflow<TEnvironment>(TEnvironment environment, Policy policy, Tensor states, Tensor isCounted) where TEnvironment : unmanaged, IEnvironment
    {
        int rows = states.Shape[0], ways = environment.BackwardActions;
        Tensor allowed = environment.AllowedBack(states);
        Tensor way = TensorMath.Where(allowed, Tensor.Range(ways).Expand([rows, ways]), Tensor.Scalar(-1, DType.I64)).Reshape(-1);
        Tensor repeated = states.Unsqueeze(1).Expand([rows, ways, states.Shape[1]]).Reshape([rows * ways, states.Shape[1]]);
        (Tensor parents, Tensor actions) = environment.StepBack(repeated, way);
        Tensor edges = policy.Layout.Split(policy.Forward(parents)).Forward.TakeAlong(1, actions.Maximum(Tensor.Scalar(0, DType.I64)).Unsqueeze(1)).Reshape(rows, ways);

        // A row that does not count keeps numbers that are finite, since a derivative of what is infinite is none.
        Tensor isEdge = allowed.Or(isCounted.Not().Unsqueeze(1));
        return TensorMath.Where(isEdge, edges, Tensor.Scalar(double.NegativeInfinity, edges.DType)).LogSumExp();
    }

    static Tensor Outflow<TEnvironment>(TEnvironment environment, Policy policy, Func<Tensor, Tensor> reward, Tensor states) where TEnvironment : unmanaged, IEnvironment
    {
        Tensor edges = policy.Layout.Split(policy.Forward(states)).Forward, allowed = environment.AllowedActions(states);
        Tensor none = Tensor.Scalar(double.NegativeInfinity, edges.DType);
        if (!environment.HasFixedLength) return TensorMath.Where(allowed, Logits(edges, reward(states)), none).LogSumExp();

        // Objects are the states without actions. A reward need not know others, so it is asked for that of an object in their place, which does not count.
        Tensor isObject = allowed.To(DType.I64).Sum(1).Equal(0), logReward = reward(TensorMath.Where(isObject.Unsqueeze(1), states, states.Slice(0, states.Shape[0] - 1)));
        Tensor all = TensorMath.Concat([TensorMath.Where(allowed, edges, none), TensorMath.Where(isObject, logReward, none).Unsqueeze(1)], 1);
        return all.LogSumExp();
    }
}
