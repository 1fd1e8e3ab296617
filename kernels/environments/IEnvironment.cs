namespace Adjoint.Kernels;

/// <summary>The whole numbers that make up one state, wherever they lie: on the host or on a device.</summary>
public interface ICells
{
    /// <summary>The number of a cell, from 0 on.</summary>
    long this[int cell] { get; set; }
}

/// <summary>
/// Objects that are built step by step from one source, as a directed graph without cycles: which actions a state allows, where they lead, and which ways lead back. Implemented by a struct of plain
/// numbers, so that one formula runs over batches on the CPU and as a kernel on a device. The source is the state of zeros. A trajectory ends with an action that leaves the graph
/// (<see cref="Step{TCells}"/> returns -1), or in a state that allows no action.
/// </summary>
/// <remarks>Every action of a state leads to a state one step further from the source: all paths from the source to a state have one length.</remarks>
/// <example><code>
/// // A walk to the right over four places that may stop anywhere.
/// readonly struct Corridor : IEnvironment
/// {
///     public int Cells =&gt; 1;
///     public int Levels =&gt; 4;
///     public int Actions =&gt; 2;
///     public int BackwardActions =&gt; 1;
///     public int LongestPath =&gt; 4;
///     public bool HasFixedLength =&gt; false;
///     public bool Allows&lt;TCells&gt;(TCells state, int action) where TCells : struct, ICells =&gt; action == 1 || state[0] &lt; 3;
///     public int Step&lt;TCells&gt;(TCells state, int action) where TCells : struct, ICells
///     {
///         if (action == 1) return -1;
///         state[0]++;
///         return 0;
///     }
///     public bool AllowsBack&lt;TCells&gt;(TCells state, int backward) where TCells : struct, ICells =&gt; state[0] &gt; 0;
///     public int StepBack&lt;TCells&gt;(TCells state, int backward) where TCells : struct, ICells
///     {
///         state[0]--;
///         return 0;
///     }
/// }
/// </code></example>
public interface IEnvironment
{
    /// <summary>Numbers of a state.</summary>
    int Cells { get; }

    /// <summary>Every number of a state lies in 0 … Levels-1.</summary>
    int Levels { get; }

    /// <summary>Number of actions, those that leave the graph included.</summary>
    int Actions { get; }

    /// <summary>Number of ways back. Of a state with several parents each has a way of its own.</summary>
    int BackwardActions { get; }

    /// <summary>The most actions of a trajectory, the one that leaves the graph included.</summary>
    int LongestPath { get; }

    /// <summary>Whether every trajectory has <see cref="LongestPath"/> actions, none of which leaves the graph.</summary>
    bool HasFixedLength { get; }

    /// <summary>Whether a state allows an action.</summary>
    bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells;

    /// <summary>Changes a state as an action that it allows does, and returns the way back; -1, and the state as it was, for an action that leaves the graph.</summary>
    int Step<TCells>(TCells state, int action) where TCells : struct, ICells;

    /// <summary>Whether a way back leads to a parent.</summary>
    bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells;

    /// <summary>Changes a state to the parent on a way back that it allows, and returns the action that leads here from there.</summary>
    int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells;
}
