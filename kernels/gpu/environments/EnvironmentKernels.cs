using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Masks, draws and steps of batches of states [rows, cells]. Layout and launch: a thread a row. Limit: memory latency.</summary>
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
    /// chosen[row] = an action that a state allows, from softmax(inverseTemperature · logits) or, with probability exploration, uniform: the first with the largest score plus Gumbel noise. -1 where there is none, or where
    /// gates[row] is below 0. Uniform number of element row, Gumbel number of element row·actions + action in the blocks behind those.
    /// </summary>
    public static void Draw<TEnvironment, T, TGumbel>(
        TEnvironment environment, ArrayView<long> generator, ArrayView<long> states, ArrayView<T> logits, ArrayView<float> exploration, ArrayView<T> inverseTemperature, ArrayView<long> gates,
        ArrayView<long> chosen, int rows, int hasGates)
        where TEnvironment : unmanaged, IEnvironment
        where T : unmanaged, INumber<T>
        where TGumbel : struct, IGumbel<T>
    {
        long row = Places.Thread, action = -1;
        if (row >= rows) return;
        if (hasGates == 0 || gates[row] >= 0)
        {
            var state = new DeviceCells(states, row * environment.Cells);
            bool isUniform = Uniform32.Unit(PhiloxDraw.Word(PhiloxDraw.Block(generator, row / 4), (int)(row % 4))) < exploration[0];
            int actions = environment.Actions;
            long blocks = (rows + 3) / 4;
            T best = TGumbel.Lowest;
            for (int i = 0; i < actions; i++)
            {
                if (!environment.Allows(state, i)) continue;
                long element = (row * actions) + i;
                T score = isUniform ? T.Zero : TGumbel.Scale(logits[element], inverseTemperature[0]);
                T value = TGumbel.AddTo(score, PhiloxDraw.Block(generator, blocks + (element / TGumbel.PerBlock)), (int)(element % TGumbel.PerBlock));
                if (!(value > best)) continue;
                best = value;
                action = i;
            }
        }

        chosen[row] = action;
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
