namespace Adjoint.Models.GFlowNets;

/// <summary>With what probability a policy's trajectories end in each object, by one pass through all states (gflownet specification, section 5.1).</summary>
public sealed class ExactDistribution
{
    readonly PolicyTable policy;
    readonly double[] logReached;
    readonly double[] logProbabilities;
    readonly double[] probabilities;

    /// <summary>Carries the probability of being reached from the source to all states.</summary>
    public ExactDistribution(StateSpace space, PolicyTable policy)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.LogForward.Length != space.Count * space.Actions || policy.LogBackward.Length != space.Count * space.BackwardActions)
            throw new ShapeException("ExactDistribution: the policy's table is one of other states. Make it with the same StateSpace.");
        Space = space;
        this.policy = policy;
        logReached = new double[space.Count];
        Array.Fill(logReached, double.NegativeInfinity);
        logReached[0] = 0;
        logProbabilities = new double[space.Objects.Length];
        for (int state = 0; state < space.Count; state++)
        {
            int place = space.ObjectOf(state);
            double left = double.NegativeInfinity, reached = logReached[state];
            bool isLeft = false;
            for (int action = 0; action < space.Actions; action++)
            {
                int child = space.Child(state, action);
                if (child == StateSpace.Forbidden) continue;
                double log = reached + policy.LogForward[(state * space.Actions) + action];
                if (child >= 0)
                {
                    logReached[child] = LogSum.Add(logReached[child], log);
                    continue;
                }

                left = LogSum.Add(left, log);
                isLeft = true;
            }

            if (place >= 0) logProbabilities[place] = isLeft ? left : reached;
        }

        probabilities = Array.ConvertAll(logProbabilities, Math.Exp);
    }

    /// <summary>The states of the environment.</summary>
    public StateSpace Space { get; }

    /// <summary>log P_T of each object.</summary>
    public ReadOnlySpan<double> LogProbabilities => logProbabilities;

    /// <summary>P_T of each object; the sum is 1 up to the rounding of the policy.</summary>
    public ReadOnlySpan<double> Probabilities => probabilities;

    /// <summary>The probability that a trajectory passes each state, as its logarithm.</summary>
    public ReadOnlySpan<double> LogReached => logReached;

    /// <summary>
    /// The bounds of log Z over all trajectories. Lower: the mean of log R + log P_B - log P_F over trajectories of the policy. Upper: the same mean over objects of the target and ways back from them.
    /// They meet at log Z where the policy is exact.
    /// </summary>
    public (double Lower, double Upper) Bounds(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        double lower = 0, upper = 0;
        for (int place = 0; place < probabilities.Length; place++)
        {
            lower += probabilities[place] * target.LogReward[place];
            upper += target.Probabilities[place] * target.LogReward[place];
        }

        // How much of the target's mass passes a state on its way back to the source.
        var passed = new double[Space.Count];
        for (int state = Space.Count - 1; state >= 0; state--)
        {
            double reached = Math.Exp(logReached[state]);
            int place = Space.ObjectOf(state);
            if (place >= 0) passed[state] += target.Probabilities[place];
            for (int action = 0; action < Space.Actions; action++)
            {
                int child = Space.Child(state, action);
                if (child == StateSpace.Forbidden) continue;
                double forward = policy.LogForward[(state * Space.Actions) + action], backward = 0, mass = child < 0 ? target.Probabilities[place] : passed[child];
                if (child >= 0)
                {
                    backward = policy.LogBackward[(child * Space.BackwardActions) + Space.WayBack(state, action)];
                    mass *= Math.Exp(backward);
                    passed[state] += mass;
                }

                lower += Weighted(reached * Math.Exp(forward), backward - forward);
                upper += Weighted(mass, backward - forward);
            }
        }

        return (lower, upper);
    }

    // What never happens counts for nothing, however bad it would be.
    static double Weighted(double weight, double value) => weight == 0 ? 0 : weight * value;
}
