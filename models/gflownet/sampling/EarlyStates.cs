using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The states of the first levels, as long as a level has fewer of them than a batch has trajectories, which all start at one source: a policy is asked once at each of them, however many trajectories come by.
/// </summary>
public sealed class EarlyStates
{
    EarlyStates(int levels, int batch, Tensor states, Tensor children)
    {
        (Levels, Batch, States, Children) = (levels, batch, states, children);
    }

    /// <summary>Number of levels, at least one.</summary>
    public int Levels { get; }

    /// <summary>Trajectories of a batch.</summary>
    public int Batch { get; }

    /// <summary>Number of states.</summary>
    public int Count => States.Shape[0];

    /// <summary>Visits of a batch to these levels.</summary>
    public int Visits => Levels * Batch;

    /// <summary>The states level by level, the source first, i64 [count, cells].</summary>
    public Tensor States { get; }

    /// <summary>The state behind an action, i64 [count · actions]; 0 where there is none among these.</summary>
    public Tensor Children { get; }

    /// <summary>Finds them.</summary>
    public static EarlyStates Of<TEnvironment>(TEnvironment environment, int batch) where TEnvironment : struct, IEnvironment
    {
        int cells = environment.Cells, levels = 0;
        List<long> states = [], children = [];
        var level = new StateTable(cells);
        level.Add(new long[cells], out _);
        for (bool goesOn = true; goesOn; levels++)
        {
            states.AddRange(level.Numbers.AsSpan(0, level.Count * cells));
            int first = children.Count, next = states.Count / cells;
            StateTable? after = levels + 1 == environment.LongestPath ? null : After(environment, level, batch, next, children);
            goesOn = after is { Count: > 0 };
            if (goesOn) level = after!;
            else children.RemoveRange(first, children.Count - first);
        }

        int count = states.Count / cells;
        children.AddRange(Enumerable.Repeat(0L, (count * environment.Actions) - children.Count));
        return new EarlyStates(levels, batch, Tensor.From<long>([.. states], [count, cells]), Tensor.From<long>([.. children]));
    }

    // The states of the next level, and which of them is behind each action; null if they are not fewer than the trajectories.
    static StateTable? After<TEnvironment>(TEnvironment environment, StateTable level, int batch, int first, List<long> children) where TEnvironment : struct, IEnvironment
    {
        var after = new StateTable(environment.Cells);
        var state = new long[environment.Cells];
        for (int i = 0; i < level.Count; i++)
        {
            for (int action = 0; action < environment.Actions; action++)
            {
                level[i].CopyTo(state);
                var numbers = new ArrayCells(state, 0);
                bool leads = environment.Allows(numbers, action) && environment.Step(numbers, action) >= 0;
                children.Add(leads ? first + after.Add(state, out _) : 0);
                if (after.Count >= batch) return null;
            }
        }

        return after;
    }
}
