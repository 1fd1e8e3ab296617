using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>Turns visits, with the policy at them, into what balance conditions are made of. Entry [level, trajectory] lies at slot level·batch + trajectory.</summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
/// <param name="environment">The rules.</param>
/// <param name="policy">The policy.</param>
/// <param name="reward">log R [rows] of states.</param>
/// <param name="needs">What the objective asks for.</param>
/// <param name="batch">Trajectories.</param>
/// <param name="evaluatesEnds">Whether the policy is asked at complete objects as well, for a learned P_B.</param>
public sealed class TrajectoryReader<TEnvironment>(
    TEnvironment environment, Policy policy, Func<Tensor, Tensor> reward, ObjectiveNeeds needs, int batch, bool evaluatesEnds)
    where TEnvironment : unmanaged, IEnvironment
{
    const double Forbidden = -1e9;

    // Complete objects of fixed length are states of their own; elsewhere an object is the state that a trajectory leaves from.
    readonly int levels = environment.HasFixedLength ? environment.LongestPath + 1 : environment.LongestPath;

    /// <summary>Whether the policy is asked at complete objects as well.</summary>
    public bool EvaluatesEnds => evaluatesEnds;

    /// <summary>Which of the first visits belong to a trajectory, bool [count].</summary>
    public Tensor IsReal(Tensor? slots, int count) => slots is null ? Tensor.Ones([count], DType.Bool) : slots.Less(levels * batch);

    /// <summary>At how many of the first visits the policy is asked: with a uniform P_B not at complete objects, which are states of their own where all trajectories have one length.</summary>
    public int Asked(int count) => environment.HasFixedLength && !evaluatesEnds ? count - batch : count;

    /// <summary>The terms, with derivatives by the policy's parameters.</summary>
    /// <param name="visits">Memory that sampling filled.</param>
    /// <param name="count">How many visits to read.</param>
    /// <param name="slots">Slot of each, i64 [count], levels·batch for none; null where visit and slot are one.</param>
    /// <param name="objects">The objects [batch, cells].</param>
    /// <param name="recalls">Whether the visits hold what the policy computes there.</param>
    public TrajectoryTerms Read(Visits visits, int count, Tensor? slots, Tensor objects, bool recalls)
    {
        ArgumentNullException.ThrowIfNull(visits);
        int rows = visits.RowsOf(Asked(count));
        Tensor states = visits.StatesOfRows(0, rows);
        return Read(visits, count, slots, objects, recalls && policy is RecallingPolicy recalling ? recalling.Recall(states, visits.ResultsOfRows(0, rows)) : policy.Forward(states));
    }

    /// <summary>The terms, with derivatives by what the policy gives.</summary>
    /// <param name="visits">Memory that sampling filled.</param>
    /// <param name="count">How many visits to read.</param>
    /// <param name="slots">Slot of each visit, or null.</param>
    /// <param name="objects">The objects [batch, cells].</param>
    /// <param name="outputs">What the policy gives at the rows where it is asked [rows, width].</param>
    public TrajectoryTerms Read(Visits visits, int count, Tensor? slots, Tensor objects, Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(visits);
        var (states, actions, arrivals) = visits.First(count);
        int asked = Asked(count);
        Tensor rows = visits.Spread(outputs);
        PolicyHeads heads = policy.Layout.Split(rows);
        Tensor forward = Forward(heads.Forward, states.Slice(0, 0, asked));
        Tensor taken = Taken(forward, actions.Slice(0, 0, asked));
        Tensor backward = heads.Backward is null ? Uniform(states, arrivals) : Backward(heads.Backward, states, arrivals);
        return new TrajectoryTerms(Spread(actions.GreaterOrEqual(0).To(rows.DType), slots).Greater(0.5), Spread(taken, slots), Spread(backward, slots), reward(objects))
        {
            LogFlow = needs.HasFlag(ObjectiveNeeds.LogFlow) ? Spread(heads.LogFlow!, slots) : null,
            LogStop = needs.HasFlag(ObjectiveNeeds.Stop) ? Spread(forward.At(1, environment.Actions - 1), slots) : null,
            StateLogReward = needs.HasFlag(ObjectiveNeeds.StateReward) ? Spread(reward(states), slots) : null,
        };
    }

    Tensor Forward(Tensor logits, Tensor states) => Masked(environment.AllowedActions(states), logits).LogSoftmax();

    Tensor Backward(Tensor logits, Tensor states, Tensor arrivals) => Taken(Masked(environment.AllowedBack(states), logits).LogSoftmax(), arrivals);

    Tensor Uniform(Tensor states, Tensor arrivals)
    {
        Tensor ways = environment.AllowedBack(states).To(TypeOfTerms).Sum(1);
        return TensorMath.Where(arrivals.GreaterOrEqual(0), -ways.Log(), Tensor.Scalar(0, TypeOfTerms));
    }

    DType TypeOfTerms => policy.Parameters.First().Value.DType;

    // Finite, so that states that allow nothing have numbers too: nobody takes an action there. Beside any logit the exponential is zero.
    static Tensor Masked(Tensor allowed, Tensor logits) => TensorMath.Where(allowed, logits, Tensor.Scalar(Forbidden, logits.DType));

    static Tensor Taken(Tensor logProbabilities, Tensor choices)
    {
        Tensor taken = logProbabilities.TakeAlong(1, choices.Maximum(Tensor.Scalar(0, DType.I64)).Unsqueeze(1)).Squeeze(1);
        return TensorMath.Where(choices.GreaterOrEqual(0), taken, Tensor.Scalar(0, taken.DType));
    }

    // Rows to their slots [levels, batch]; where slots are in order, the levels without rows are the last.
    Tensor Spread(Tensor rows, Tensor? slots)
    {
        if (slots is not null) return rows.AddAt(0, slots, (levels * batch) + 1).Slice(0, 0, levels * batch).Reshape(levels, batch);
        int missing = (levels * batch) - rows.Shape[0];
        Tensor full = missing == 0 ? rows : TensorMath.Concat([rows, Tensor.Zeros([missing], rows.DType)], 0);
        return full.Reshape(levels, batch);
    }
}
