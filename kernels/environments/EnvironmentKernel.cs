using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Masks, draws and steps of batches of states [rows, cells]. Limit: the environment's own arithmetic.
/// </summary>
public static unsafe class EnvironmentKernel
{
    const int Tile = 256;

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

    /// <summary>
    /// chosen[row] = an action drawn from softmax(inverseTemperature · logits) over those that a state allows, or, with probability exploration, from the uniform law over them: the largest of score
    /// plus Gumbel noise, the first of equal ones. -1 where a state allows none.
    /// </summary>
    /// <param name="environment">The rules.</param>
    /// <param name="states">[rows, cells].</param>
    /// <param name="logits">[rows, actions].</param>
    /// <param name="stride">Numbers from one row of logits to the next.</param>
    /// <param name="exploration">In [0, 1].</param>
    /// <param name="inverseTemperature">Factor on the logits.</param>
    /// <param name="gates">[rows]; below 0 for a row that draws nothing, -1. Null if all draw.</param>
    /// <param name="chosen">[rows].</param>
    /// <param name="rows">Number of states.</param>
    /// <param name="draw">An f32 uniform for each row, then, from a block of its own on, a Gumbel number for each logit.</param>
    public static void Draw<TEnvironment, T>(
        TEnvironment environment, long* states, T* logits, int stride, float exploration, T inverseTemperature, long* gates, long* chosen, int rows, Draw draw)
        where TEnvironment : struct, IEnvironment
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int cells = environment.Cells, actions = environment.Actions;
        long count = (long)rows * actions, noiseStart = 0, noiseEnd = 0;
        Draw second = draw.Skip(Kernels.Draw.BlocksOf32(rows));
        Span<float> uniforms = stackalloc float[Tile];
        Span<T> noise = stackalloc T[Tile];
        for (int row = 0; row < rows; row++)
        {
            if (row % Tile == 0) RandomKernels.Uniform(uniforms[..Math.Min(Tile, rows - row)], draw, row);
            chosen[row] = Categorical.None;
            if (gates != null && gates[row] < 0) continue;
            var state = new HostCells(states + ((long)row * cells));
            T* line = logits + ((long)row * stride);
            bool isUniform = uniforms[row % Tile] < exploration;
            var largest = new FirstLargest<T>();
            for (int action = 0; action < actions; action++)
            {
                long element = ((long)row * actions) + action;
                if (element >= noiseEnd)
                {
                    (noiseStart, noiseEnd) = (element, Math.Min(count, element + Tile));
                    RandomKernels.Gumbel(noise[..(int)(noiseEnd - noiseStart)], second, noiseStart);
                }

                T score = isUniform ? T.Zero : line[action] * inverseTemperature;
                if (environment.Allows(state, action)) largest.Take(score + noise[(int)(element - noiseStart)], action);
            }

            chosen[row] = largest.Place;
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
