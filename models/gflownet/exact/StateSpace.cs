using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Every state of an environment, level by level from the source, with what each action of each leads to. Exact answers follow from it in one pass through the states, in order or against it: an action
/// always leads to a later state.
/// </summary>
public sealed class StateSpace
{
    /// <summary>What <see cref="Child"/> says of an action that a state does not allow.</summary>
    public const int Forbidden = -2;

    /// <summary>What <see cref="Child"/> says of an action that leaves the graph.</summary>
    public const int Leaves = -1;

    // Tables of states and of actions are single arrays.
    const int MostEntries = 1 << 30;

    readonly StateTable table;
    readonly int[] children;
    readonly int[] ways;
    readonly int[] wayCounts;
    readonly int[] objects;
    readonly int[] objectOfState;

    StateSpace(StateTable table, int cells, int actions, int backwardActions, List<int> children, List<int> ways, int levels)
    {
        this.table = table;
        (Cells, Actions, BackwardActions, Levels) = (cells, actions, backwardActions, levels);
        this.children = [.. children];
        this.ways = [.. ways];
        wayCounts = new int[table.Count];
        objectOfState = new int[table.Count];
        Array.Fill(objectOfState, -1);
        var found = new List<int>();
        for (int state = 0; state < table.Count; state++)
        {
            ReadOnlySpan<int> line = this.children.AsSpan(state * actions, actions);
            foreach (int child in line)
            {
                if (child >= 0) wayCounts[child]++;
            }

            if (!line.Contains(Leaves) && line.ContainsAnyExcept(Forbidden)) continue;
            objectOfState[state] = found.Count;
            found.Add(state);
        }

        objects = [.. found];
    }

    /// <summary>Number of states.</summary>
    public int Count => table.Count;

    /// <summary>Numbers of a state.</summary>
    public int Cells { get; }

    /// <summary>Actions of the environment.</summary>
    public int Actions { get; }

    /// <summary>Ways back of the environment.</summary>
    public int BackwardActions { get; }

    /// <summary>Number of levels, the source's included.</summary>
    public int Levels { get; }

    /// <summary>The states that are finished objects, in their order: those that an action can leave, or that allow none.</summary>
    public ReadOnlySpan<int> Objects => objects;

    /// <summary>The numbers of a state.</summary>
    public ReadOnlySpan<long> this[int state] => table[state];

    /// <summary>Finds every state of an environment.</summary>
    /// <exception cref="SettingException">There are more than <paramref name="limit"/>, or the environment is not graded as its contract says.</exception>
    public static StateSpace Of<TEnvironment>(TEnvironment environment, int limit = 4_000_000) where TEnvironment : struct, IEnvironment
    {
        int cells = environment.Cells, actions = environment.Actions, levels = 0;
        limit = Math.Min(limit, MostEntries / Math.Max(cells, actions));
        var table = new StateTable(cells);
        var children = new List<int>();
        var ways = new List<int>();
        var next = new long[cells];
        table.Add(next, out _);
        for (int start = 0, end = 1; start < end; (start, end) = (end, table.Count), levels++)
        {
            for (int state = start; state < end; state++)
            {
                for (int action = 0; action < actions; action++)
                {
                    table[state].CopyTo(next);
                    bool isAllowed = environment.Allows(new ArrayCells(next, 0), action);
                    int way = isAllowed ? environment.Step(new ArrayCells(next, 0), action) : -1, child = !isAllowed ? Forbidden : way < 0 ? Leaves : table.Add(next, out _);
                    if (child >= 0 && child < end)
                        throw new SettingException($"StateSpace: action {action} of a {typeof(TEnvironment).Name} leads back to a level that was left. Give every state one distance from the source.");
                    children.Add(child);
                    ways.Add(way);
                }

                if (table.Count > limit)
                    throw new SettingException($"StateSpace: the {typeof(TEnvironment).Name} has more than {limit} states. Judge it by samples, or choose a smaller one.");
            }
        }

        return new StateSpace(table, cells, actions, environment.BackwardActions, children, ways, levels);
    }

    /// <summary>The state behind an action, or <see cref="Leaves"/> or <see cref="Forbidden"/>.</summary>
    public int Child(int state, int action) => children[(state * Actions) + action];

    /// <summary>The way back from the state behind an action; -1 where there is none.</summary>
    public int WayBack(int state, int action) => ways[(state * Actions) + action];

    /// <summary>How many ways back a state has.</summary>
    public int WayCount(int state) => wayCounts[state];

    /// <summary>Place of a state; -1 if it is none of them.</summary>
    public int IndexOf(ReadOnlySpan<long> state) => state.Length == Cells ? table.Find(state) : -1;

    /// <summary>Place among <see cref="Objects"/> of a state; -1 if it is not finished.</summary>
    public int ObjectOf(int state) => objectOfState[state];

    /// <summary>The given states, i64 [count, cells].</summary>
    public Tensor Rows(ReadOnlySpan<int> states)
    {
        var rows = new long[states.Length * Cells];
        for (int row = 0; row < states.Length; row++) table[states[row]].CopyTo(rows.AsSpan(row * Cells));
        return Tensor.From<long>(rows, [states.Length, Cells]);
    }

    /// <summary>How often each object stands among finished states (i64 [rows, cells]).</summary>
    /// <exception cref="ShapeException">A row is no finished state.</exception>
    public double[] CountObjects(Tensor states)
    {
        RewardChecks.States("StateSpace", states, Cells);
        var counts = new double[objects.Length];
        long[] rows = states.Read<long>();
        for (int row = 0; row < states.Shape[0]; row++)
        {
            int state = IndexOf(rows.AsSpan(row * Cells, Cells));
            if (state < 0 || objectOfState[state] < 0) throw new ShapeException($"StateSpace: row {row} is no finished object of the environment. Pass the last states of trajectories.");
            counts[objectOfState[state]]++;
        }

        return counts;
    }

    /// <summary>The mean of each cell under weights over the objects: for graphs, the marginal probabilities of edges.</summary>
    public double[] MeanCells(ReadOnlySpan<double> weights)
    {
        if (weights.Length != objects.Length) throw new ShapeException($"StateSpace: {weights.Length} weights are not one for each of the {objects.Length} objects. Pass a distribution over them.");
        var means = new double[Cells];
        double sum = 0;
        for (int i = 0; i < objects.Length; i++)
        {
            sum += weights[i];
            ReadOnlySpan<long> state = table[objects[i]];
            for (int cell = 0; cell < Cells; cell++) means[cell] += weights[i] * state[cell];
        }

        for (int cell = 0; cell < Cells; cell++) means[cell] /= sum;
        return means;
    }
}
