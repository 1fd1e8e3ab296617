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

    // Matrix that sums each head's columns.
    readonly Tensor sameHead = policy.Layout.SameHead(policy.Parameters.First().Value.DType);

    /// <summary>Whether the policy is asked at complete objects as well.</summary>
    public bool EvaluatesEnds => evaluatesEnds;

    /// <summary>Which of the first visits belong to a trajectory, bool [count].</summary>
    public Tensor IsReal(Tensor? slots, int count) => slots is null ? Tensor.Ones([count], DType.Bool) : slots.Less(levels * batch);

    /// <summary>At how many of the first visits the policy is asked: with a uniform P_B not at complete objects, which are states of their own where all trajectories have one length.</summary>
    public int Asked(int count) => environment.HasFixedLength && !evaluatesEnds ? count - batch : count;

    /// <summary>log P_F, log P_B and log F at states, in the columns of the policy's layout [rows, width].</summary>
    /// <param name="states">The states [rows, cells].</param>
    /// <param name="outputs">What the policy gives there [rows, width].</param>
    public Tensor Normalize(Tensor states, Tensor outputs)
    {
        PolicyHeads heads = policy.Layout.Split(outputs);
        Tensor forward = Masked(environment.AllowedActions(states), heads.Forward).LogSoftmax();
        Tensor? backward = heads.Backward is null ? null : Masked(environment.AllowedBack(states), heads.Backward).LogSoftmax();
        return new PolicyHeads(forward, backward, heads.LogFlow).Join();
    }

    /// <summary>The derivative by the policy's outputs [rows, width], from what <see cref="Normalize"/> made of them and the derivative by that: g - p Σ g for log-probabilities.</summary>
    public Tensor OfOutputs(Tensor normalized, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(normalized);
        ArgumentNullException.ThrowIfNull(cotangent);

        // Sums of a head in each of its columns; a flow is no log-probability, and has none.
        Tensor sums = cotangent.MatMul(sameHead), probabilities = normalized.Minimum(Tensor.Scalar(0, normalized.DType)).Exp();
        return TensorMath.Where(normalized.Greater(Forbidden / 2), cotangent - (probabilities * sums), Tensor.Scalar(0, cotangent.DType));
    }

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
        Tensor outputs = recalls && policy is RecallingPolicy recalling ? recalling.Recall(states, visits.ResultsOfRows(0, rows)) : policy.Forward(states);
        return Read(visits, count, slots, objects, Normalize(states, outputs));
    }

    /// <summary>The terms, with derivatives by the policy's normalised outputs.</summary>
    /// <param name="visits">Memory that sampling filled.</param>
    /// <param name="count">How many visits to read.</param>
    /// <param name="slots">Slot of each visit, or null.</param>
    /// <param name="objects">The objects [batch, cells].</param>
    /// <param name="normalized">What <see cref="Normalize"/> gives at the rows where the policy is asked [rows, width].</param>
    public TrajectoryTerms Read(Visits visits, int count, Tensor? slots, Tensor objects, Tensor normalized)
    {
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(normalized);
        var (states, actions, arrivals) = visits.First(count);
        PolicyLayout layout = policy.Layout;
        Tensor numbers = normalized.Reshape(-1), starts = visits.RowsOfVisits(Asked(count)) * layout.Width;
        Tensor forward = Chosen(0, actions.Slice(0, 0, Asked(count)));
        Tensor backward = layout.BackwardActions == 0 ? Uniform(states, arrivals) : Chosen(layout.Actions, arrivals);
        return new TrajectoryTerms(Spread(actions.GreaterOrEqual(0).To(forward.DType), slots).Greater(0.5), Spread(forward, slots), Spread(backward, slots), reward(objects))
        {
            LogFlow = needs.HasFlag(ObjectiveNeeds.LogFlow) ? Spread(numbers.Select(0, starts + (layout.Width - 1)), slots) : null,
            LogStop = needs.HasFlag(ObjectiveNeeds.Stop) ? Spread(numbers.Select(0, starts + (layout.Actions - 1)), slots) : null,
            StateLogReward = needs.HasFlag(ObjectiveNeeds.StateReward) ? Spread(reward(states), slots) : null,
        };

        // What lies in a visit's row, as far from a column as a choice says; 0 without a choice.
        Tensor Chosen(int column, Tensor choices)
        {
            Tensor chosen = numbers.Select(0, starts + (choices.Maximum(Tensor.Scalar(0, DType.I64)) + column));
            return TensorMath.Where(choices.GreaterOrEqual(0), chosen, Tensor.Scalar(0, chosen.DType));
        }
    }

    Tensor Uniform(Tensor states, Tensor arrivals)
    {
        Tensor ways = environment.AllowedBack(states).To(TypeOfTerms).Sum(1);
        return TensorMath.Where(arrivals.GreaterOrEqual(0), -ways.Log(), Tensor.Scalar(0, TypeOfTerms));
    }

    DType TypeOfTerms => policy.Parameters.First().Value.DType;

    // Finite, so that states that allow nothing have numbers too: nobody takes an action there. Beside any logit the exponential is zero.
    static Tensor Masked(Tensor allowed, Tensor logits) => TensorMath.Where(allowed, logits, Tensor.Scalar(Forbidden, logits.DType));

    // Rows to their slots [levels, batch]; where slots are in order, the levels without rows are the last.
    Tensor Spread(Tensor rows, Tensor? slots)
    {
        if (slots is not null) return rows.AddAt(0, slots, (levels * batch) + 1).Slice(0, 0, levels * batch).Reshape(levels, batch);
        int missing = (levels * batch) - rows.Shape[0];
        Tensor full = missing == 0 ? rows : TensorMath.Concat([rows, Tensor.Zeros([missing], rows.DType)], 0);
        return full.Reshape(levels, batch);
    }
}
