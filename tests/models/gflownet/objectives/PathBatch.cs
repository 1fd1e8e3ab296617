using Adjoint.Models.GFlowNets;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Chosen trajectories in the form in which sampling leaves them: visits level by level, then rows of rubbish that belong to no trajectory.</summary>
sealed class PathBatch
{
    const int Rubbish = 5;

    public PathBatch(StateGraph graph, IReadOnlyList<GraphPath> paths)
    {
        Paths = paths;
        int levels = graph.HasFixedLength ? graph.LongestPath + 1 : graph.LongestPath, cells = graph.States[0].Length;
        List<long> states = [], actions = [], arrivals = [], slots = [];
        for (int level = 0; level < levels; level++)
        {
            for (int i = 0; i < paths.Count; i++)
            {
                GraphPath path = paths[i];
                if (level >= path.States.Length) continue;
                states.AddRange(graph.States[path.States[level]]);
                actions.Add(path.Actions[level]);
                arrivals.Add(path.Arrivals[level]);
                slots.Add((level * paths.Count) + i);
            }
        }

        // Trajectories of one length fill all slots in their order, and then none are named.
        int rubbish = graph.HasFixedLength ? 0 : Rubbish;
        for (int i = 0; i < rubbish; i++)
        {
            states.AddRange(graph.States[0]);
            actions.Add(0);
            arrivals.Add(-1);
            slots.Add(levels * paths.Count);
        }

        Rows = slots.Count;
        Slots = graph.HasFixedLength ? null : Tensor.From<long>([.. slots]);
        Objects = Tensor.From<long>([.. paths.SelectMany(path => graph.States[path.Object])], [paths.Count, cells]);
        this.states = Tensor.From<long>([.. states], [Rows, cells]);
        this.actions = Tensor.From<long>([.. actions]);
        this.arrivals = Tensor.From<long>([.. arrivals]);
    }

    readonly Tensor states;
    readonly Tensor actions;
    readonly Tensor arrivals;

    public IReadOnlyList<GraphPath> Paths { get; }

    public int Rows { get; }

    public Tensor? Slots { get; }

    public Tensor Objects { get; }

    /// <summary>The visits, with what a policy that recalls computed there.</summary>
    public Visits Visit(Policy policy)
    {
        using var pause = Autodiff.Pause();
        var recalling = policy as RecallingPolicy;
        var visits = new Visits(Rows, states.Shape[1], recalling?.Widths ?? [], DType.F64);
        visits.Put(Tensor.Range(Rows), states, actions, arrivals, recalling?.Compute(states) ?? []);
        return visits;
    }
}
