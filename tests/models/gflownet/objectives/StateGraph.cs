using Adjoint.Kernels;

namespace Adjoint.Tests.GFlowNets;

/// <summary>An action of a state, and where it leads: the number of the state behind it, with the way back from there; -1 for an action that leaves the graph.</summary>
readonly record struct GraphEdge(int Action, int Child, int Back);

/// <summary>A way back of a state: the number of the parent, and the action that leads here from there.</summary>
readonly record struct GraphParent(int Back, int Parent, int Action);

/// <summary>A trajectory: the numbers of its states; for each the action taken there (-1 at a complete object of fixed length), and the way back to the state before (-1 at the source).</summary>
sealed record GraphPath(int[] States, int[] Actions, int[] Arrivals)
{
    public int Object => States[^1];

    /// <summary>Number of actions, the one that leaves the graph included.</summary>
    public int Length => Actions[^1] < 0 ? Actions.Length - 1 : Actions.Length;
}

/// <summary>A small environment written out by plain loops over its rules: states in the order of their distance from the source, edges, parents, trajectories.</summary>
sealed class StateGraph
{
    readonly Dictionary<string, int> numbers = [];

    public List<long[]> States { get; } = [];

    public List<GraphEdge[]> Edges { get; } = [];

    public List<List<GraphParent>> Parents { get; } = [];

    public int Levels { get; private init; }

    public int Actions { get; private init; }

    public int BackwardActions { get; private init; }

    public int LongestPath { get; private init; }

    public bool HasFixedLength { get; private init; }

    public static StateGraph Of<TEnvironment>(TEnvironment environment) where TEnvironment : unmanaged, IEnvironment
    {
        var graph = new StateGraph
        {
            Levels = environment.Levels,
            Actions = environment.Actions,
            BackwardActions = environment.BackwardActions,
            LongestPath = environment.LongestPath,
            HasFixedLength = environment.HasFixedLength,
        };
        graph.Number(new long[environment.Cells]);
        for (int from = 0; from < graph.States.Count; from++)
        {
            var edges = new List<GraphEdge>();
            for (int action = 0; action < environment.Actions; action++)
            {
                long[] cells = [.. graph.States[from]];
                if (!environment.Allows(new ArrayCells(cells), action)) continue;
                int back = environment.Step(new ArrayCells(cells), action), child = back < 0 ? -1 : graph.Number(cells);
                edges.Add(new GraphEdge(action, child, back));
                if (child >= 0) graph.Parents[child].Add(new GraphParent(back, from, action));
            }

            graph.Edges.Add([.. edges]);
        }

        return graph;
    }

    /// <summary>Whether a trajectory may end in a state.</summary>
    public bool IsObject(int state) => Edges[state].Length == 0 || Array.Exists(Edges[state], static edge => edge.Child < 0);

    /// <summary>The row of a state in tables where cell i counts levels^i.</summary>
    public int Row(int state)
    {
        int row = 0;
        for (int i = States[state].Length - 1; i >= 0; i--) row = (row * Levels) + (int)States[state][i];
        return row;
    }

    /// <summary>All states, i64 [states, cells].</summary>
    public Tensor AllStates => Tensor.From<long>([.. States.SelectMany(static cells => cells)], [States.Count, States[0].Length]);

    /// <summary>All trajectories.</summary>
    public List<GraphPath> Paths()
    {
        var paths = new List<GraphPath>();
        Extend([0], [], [-1], paths);
        return paths;
    }

    void Extend(int[] states, int[] actions, int[] arrivals, List<GraphPath> paths)
    {
        GraphEdge[] edges = Edges[states[^1]];
        if (edges.Length == 0) paths.Add(new GraphPath(states, [.. actions, -1], arrivals));
        foreach (GraphEdge edge in edges)
        {
            if (edge.Child < 0) paths.Add(new GraphPath(states, [.. actions, edge.Action], arrivals));
            else Extend([.. states, edge.Child], [.. actions, edge.Action], [.. arrivals, edge.Back], paths);
        }
    }

    int Number(long[] cells)
    {
        string name = string.Join(' ', cells);
        if (numbers.TryGetValue(name, out int known)) return known;
        numbers.Add(name, States.Count);
        States.Add(cells);
        Parents.Add([]);
        return States.Count - 1;
    }

    readonly struct ArrayCells(long[] cells) : ICells
    {
        public long this[int cell]
        {
            get => cells[cell];
            set => cells[cell] = value;
        }
    }
}
