namespace Adjoint.Kernels;

/// <summary>
/// Masks and steps of batches of states [rows, cells]. Limit: the environment's own arithmetic.
/// </summary>
public static unsafe class EnvironmentKernel
{
    /// <summary>mask[row, action] = 1 where a state allows an action, or a way back.</summary>
    public static void Allowed<TEnvironment>(TEnvironment environment, bool back, long* states, bool* mask, int rows) where TEnvironment : struct, IEnvironment
    {
        int cells = environment.Cells, actions = back ? environment.BackwardActions : environment.Actions;
        for (int row = 0; row < rows; row++)
        {
            var state = new HostCells(states + ((long)row * cells));
            bool* line = mask + ((long)row * actions);
            for (int action = 0; action < actions; action++) line[action] = back ? environment.AllowsBack(state, action) : environment.Allows(state, action);
        }
    }

    /// <summary>next[row] = the state behind an action and ways[row] = the way back; an action of -1 leaves the state as it is, and has no way back.</summary>
    /// <returns>The first row whose action is not among those that its state allows, or -1.</returns>
    public static int Step<TEnvironment>(TEnvironment environment, bool back, long* states, long* actions, long* next, long* ways, int rows)
        where TEnvironment : struct, IEnvironment
    {
        int cells = environment.Cells, count = back ? environment.BackwardActions : environment.Actions, fault = -1;
        new ReadOnlySpan<long>(states, rows * cells).CopyTo(new Span<long>(next, rows * cells));
        for (int row = 0; row < rows; row++)
        {
            var state = new HostCells(next + ((long)row * cells));
            long action = actions[row];
            ways[row] = -1;
            if (action == -1) continue;
            bool allowed = action >= 0 && action < count && (back ? environment.AllowsBack(state, (int)action) : environment.Allows(state, (int)action));
            if (allowed) ways[row] = back ? environment.StepBack(state, (int)action) : environment.Step(state, (int)action);
            else if (fault < 0) fault = row;
        }

        return fault;
    }
}
