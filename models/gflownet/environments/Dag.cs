using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Directed graphs without cycles over a few variables, built edge by edge and left anywhere: the structures of Bayesian networks (Deleu et al. 2022). Action i · variables + j adds the edge i → j, the last one
/// stops; way back i · variables + j takes the edge away. Cells: adjacency [i, j], then transitive closure [i, j], 1 where a path leads from i to j, by which a mask costs one look.
/// </summary>
/// <param name="variables">Number of variables, from 1 on.</param>
/// <exception cref="SettingException">There is no variable.</exception>
public readonly struct Dag(int variables) : IEnvironment
{
    readonly int variables = Check.AtLeast(variables, 1, "Dag: variables");

    /// <inheritdoc/>
    public int Cells => 2 * Edges;

    /// <inheritdoc/>
    public int Levels => 2;

    /// <inheritdoc/>
    public int Actions => Edges + 1;

    /// <inheritdoc/>
    public int BackwardActions => Edges;

    /// <inheritdoc/>
    public int LongestPath => (variables * (variables - 1) / 2) + 1;

    /// <inheritdoc/>
    public bool HasFixedLength => false;

    int Edges => variables * variables;

    /// <inheritdoc/>
    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        if (action == Edges) return true;
        int from = action / variables, to = action - (from * variables);
        return from != to && state[action] == 0 && state[Edges + (to * variables) + from] == 0;
    }

    /// <inheritdoc/>
    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        if (action == Edges) return -1;
        state[action] = 1;
        Close(state, action);
        return action;
    }

    /// <inheritdoc/>
    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] == 1;

    /// <inheritdoc/>
    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        state[backward] = 0;
        // Which paths led over the edge alone cannot be told, so the closure is made anew.
        for (int i = 0; i < Edges; i++) state[Edges + i] = 0;
        for (int edge = 0; edge < Edges; edge++)
        {
            if (state[edge] == 1) Close(state, edge);
        }

        return backward;
    }

    // A new edge joins everything that leads to its start with everything that its end leads to.
    void Close<TCells>(TCells state, int edge) where TCells : struct, ICells
    {
        int from = edge / variables, to = edge - (from * variables);
        for (int i = 0; i < variables; i++)
        {
            if (i != from && state[Edges + (i * variables) + from] == 0) continue;
            for (int j = 0; j < variables; j++)
            {
                if (j == to || state[Edges + (to * variables) + j] == 1) state[Edges + (i * variables) + j] = 1;
            }
        }
    }
}
