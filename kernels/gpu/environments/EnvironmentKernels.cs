using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Masks and steps of batches of states [rows, cells]. Layout and launch: a thread a row. Limit: memory latency.</summary>
public static class EnvironmentKernels
{
    /// <summary>mask[row, action] = 1 where a state allows an action, or, with back, a way back.</summary>
    public static void Allowed<TEnvironment>(TEnvironment environment, ArrayView<long> states, ArrayView<byte> mask, int rows, int back) where TEnvironment : unmanaged, IEnvironment
    {
        long row = Places.Thread;
        if (row >= rows) return;
        var state = new DeviceCells(states, row * environment.Cells);
        int actions = back != 0 ? environment.BackwardActions : environment.Actions;
        for (int action = 0; action < actions; action++)
        {
            bool allowed = back != 0 ? environment.AllowsBack(state, action) : environment.Allows(state, action);
            mask[(row * actions) + action] = (byte)(allowed ? 1 : 0);
        }
    }

    /// <summary>
    /// next[row] = the state behind an action and ways[row] = the way back; an action of -1 leaves the state as it is. first = the lesser of itself and the first row whose action is not allowed, which
    /// stays where it is.
    /// </summary>
    public static void Step<TEnvironment>(
        TEnvironment environment, ArrayView<long> states, ArrayView<long> actions, ArrayView<long> next, ArrayView<long> ways, ArrayView<int> first, int rows, int back)
        where TEnvironment : unmanaged, IEnvironment
    {
        long row = Places.Thread;
        if (row >= rows) return;
        int cells = environment.Cells;
        for (int cell = 0; cell < cells; cell++) next[(row * cells) + cell] = states[(row * cells) + cell];
        var state = new DeviceCells(next, row * cells);
        long action = actions[row], way = -1;
        if (action != -1)
        {
            bool allowed = action >= 0 && action < (back != 0 ? environment.BackwardActions : environment.Actions);
            if (allowed) allowed = back != 0 ? environment.AllowsBack(state, (int)action) : environment.Allows(state, (int)action);
            if (!allowed) Atomic.Min(ref first[0], (int)row);
            else if (back != 0) way = environment.StepBack(state, (int)action);
            else way = environment.Step(state, (int)action);
        }

        ways[row] = way;
    }
}
