namespace Adjoint.Models.GFlowNets;

/// <summary>What a policy says at every state: log P_F of the actions and log P_B of the ways back, -inf where there are none.</summary>
/// <param name="LogForward">[states, actions], row-major.</param>
/// <param name="LogBackward">[states, ways back], row-major.</param>
public sealed record PolicyTable(double[] LogForward, double[] LogBackward)
{
    const double Tolerance = 1e-3;

    /// <summary>All allowed actions alike, and all ways back alike.</summary>
    public static PolicyTable Uniform(StateSpace space)
    {
        PolicyTable table = Empty(space);
        for (int state = 0; state < space.Count; state++)
        {
            int allowed = 0;
            for (int action = 0; action < space.Actions; action++) allowed += space.Child(state, action) == StateSpace.Forbidden ? 0 : 1;
            for (int action = 0; action < space.Actions; action++)
            {
                if (space.Child(state, action) != StateSpace.Forbidden) table.LogForward[(state * space.Actions) + action] = -Math.Log(allowed);
            }
        }

        table.FillUniformBackward(space);
        return table;
    }

    /// <summary>
    /// Asks a policy at every state, in batches of one size, of which the last repeats its last state: log P_F [rows, actions] and log P_B [rows, ways back] of states (i64 [rows, cells]). What it says of
    /// actions that a state does not allow, and of ways back from the source, is passed over.
    /// </summary>
    /// <exception cref="ShapeException">The answer has another shape.</exception>
    /// <exception cref="NumericalException">The probabilities of a state do not add up to 1.</exception>
    public static PolicyTable Of(StateSpace space, Func<Tensor, (Tensor LogForward, Tensor LogBackward)> policy, int batch = 4096)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(policy);
        batch = Math.Min(Check.AtLeast(batch, 1, "PolicyTable: batch"), space.Count);
        PolicyTable table = Empty(space);
        var rows = new int[batch];
        using var pause = Autodiff.Pause();
        for (int start = 0; start < space.Count; start += batch)
        {
            using var step = Step.Begin();
            for (int i = 0; i < batch; i++) rows[i] = Math.Min(start + i, space.Count - 1);
            var (forward, backward) = policy(space.Rows(rows));
            double[] f = Numbers(forward, batch, space.Actions, "log P_F"), b = Numbers(backward, batch, space.BackwardActions, "log P_B");
            for (int row = 0; row < batch && start + row < space.Count; row++)
                table.Take(space, start + row, f.AsSpan(row * space.Actions, space.Actions), b.AsSpan(row * space.BackwardActions, space.BackwardActions));
        }

        table.CheckSums(space);
        return table;
    }

    /// <summary>A table of -inf.</summary>
    internal static PolicyTable Empty(StateSpace space)
    {
        var table = new PolicyTable(new double[space.Count * space.Actions], new double[space.Count * space.BackwardActions]);
        Array.Fill(table.LogForward, double.NegativeInfinity);
        Array.Fill(table.LogBackward, double.NegativeInfinity);
        return table;
    }

    /// <summary>Makes all ways back of a state alike.</summary>
    internal void FillUniformBackward(StateSpace space)
    {
        for (int edge = 0; edge < LogForward.Length; edge++)
        {
            int child = space.Child(edge / space.Actions, edge % space.Actions);
            if (child >= 0) LogBackward[(child * space.BackwardActions) + space.WayBack(edge / space.Actions, edge % space.Actions)] = -Math.Log(space.WayCount(child));
        }
    }

    // Ways back are told by the actions that lead to them: the parents of a state come before it, and so does what they say of its ways.
    void Take(StateSpace space, int state, ReadOnlySpan<double> forward, ReadOnlySpan<double> backward)
    {
        for (int action = 0; action < space.Actions; action++)
        {
            int child = space.Child(state, action);
            if (child != StateSpace.Forbidden) LogForward[(state * space.Actions) + action] = forward[action];
            if (child >= 0) LogBackward[(child * space.BackwardActions) + space.WayBack(state, action)] = 0;
        }

        for (int way = 0; way < space.BackwardActions; way++)
        {
            ref double entry = ref LogBackward[(state * space.BackwardActions) + way];
            if (entry == 0) entry = backward[way];
        }
    }

    void CheckSums(StateSpace space)
    {
        for (int state = 0; state < space.Count; state++)
        {
            CheckSum(state, "log P_F", LogForward.AsSpan(state * space.Actions, space.Actions));
            if (space.WayCount(state) > 0) CheckSum(state, "log P_B", LogBackward.AsSpan(state * space.BackwardActions, space.BackwardActions));
        }
    }

    static void CheckSum(int state, string what, ReadOnlySpan<double> logs)
    {
        double sum = 0;
        bool isAny = false;
        foreach (double log in logs)
        {
            isAny |= !double.IsNegativeInfinity(log);
            sum += Math.Exp(log);
        }

        // A finished object without actions has no sum.
        if (isAny && !(Math.Abs(sum - 1) <= Tolerance))
            throw new NumericalException($"PolicyTable: the probabilities of state {state} add up to {sum:G6} by {what}. Mask what the state does not allow before the softmax.");
    }

    static double[] Numbers(Tensor logs, int rows, int columns, string what)
    {
        if (logs.Rank != 2 || logs.Shape[0] != rows || logs.Shape[1] != columns)
            throw new ShapeException($"PolicyTable: {what} {logs.Shape} is not [{rows}, {columns}]. Return one row for each state.");
        return logs.To(DType.F64).Read<double>();
    }
}
