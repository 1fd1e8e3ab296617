namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The flow that a reward and a backward policy decide, and the one forward policy that samples in proportion to the reward: F(s) = R(s) + Σ F(s') P_B(s|s'), P_F(s'|s) = F(s') P_B(s|s') / F(s)
/// (Bengio et al. 2023; gflownet specification, section 5.1).
/// </summary>
public sealed class ExactFlow
{
    readonly double[] logFlow;

    /// <summary>Finds the flow from the objects back to the source.</summary>
    /// <param name="target">Reward of the objects.</param>
    /// <param name="logBackward">log P_B [states, ways back]; uniform over the ways back where left out.</param>
    /// <exception cref="ShapeException">The backward policy has another size.</exception>
    public ExactFlow(Target target, double[]? logBackward = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        StateSpace space = target.Space;
        Policy = PolicyTable.Empty(space);
        if (logBackward is null) Policy.FillUniformBackward(space);
        else if (logBackward.Length == Policy.LogBackward.Length) logBackward.CopyTo(Policy.LogBackward, 0);
        else throw new ShapeException($"ExactFlow: {logBackward.Length} backward probabilities are not {Policy.LogBackward.Length}. Pass [states, ways back].");
        logFlow = new double[space.Count];
        double[] forward = Policy.LogForward, backward = Policy.LogBackward;
        for (int state = space.Count - 1; state >= 0; state--)
        {
            Span<double> line = forward.AsSpan(state * space.Actions, space.Actions);
            int place = space.ObjectOf(state);
            double flow = place < 0 ? double.NegativeInfinity : target.LogReward[place];
            for (int action = 0; action < space.Actions; action++)
            {
                int child = space.Child(state, action);
                if (child == StateSpace.Leaves) line[action] = target.LogReward[place];
                if (child < 0) continue;
                line[action] = logFlow[child] + backward[(child * space.BackwardActions) + space.WayBack(state, action)];
                flow = LogSum.Add(flow, line[action]);
            }

            foreach (ref double entry in line) entry -= flow;
            logFlow[state] = flow;
        }
    }

    /// <summary>log F of each state.</summary>
    public ReadOnlySpan<double> LogFlow => logFlow;

    /// <summary>The policy whose trajectories balance exactly.</summary>
    public PolicyTable Policy { get; }
}
