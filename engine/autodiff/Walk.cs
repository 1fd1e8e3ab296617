namespace Adjoint;

/// <summary>The part of the tape that lies between some inputs and some outputs, in the order in which it ran.</summary>
sealed class Walk
{
    readonly List<Node> nodes = [];
    readonly Dictionary<Node, bool> reaches = [];
    readonly HashSet<Node> visited = [];

    /// <summary>Finds the part. With <paramref name="cut"/> it ends at every input, also at one that was computed from another.</summary>
    public Walk(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, bool cut = false)
    {
        long first = long.MaxValue;
        foreach (Tensor input in inputs)
        {
            if (input.Node is not { } node) continue;
            reaches[node] = true;
            first = Math.Min(first, node.Id);
        }

        var sources = new HashSet<Node>(reaches.Keys);
        if (cut) visited.UnionWith(sources);
        foreach (Tensor output in outputs)
        {
            if (output.Node is { } node) Visit(node, first, sources);
        }

        nodes.Sort(static (a, b) => a.Id.CompareTo(b.Id));
    }

    /// <summary>Nodes between inputs and outputs, oldest first; the inputs' own nodes are not among them unless they lie on a way from another input.</summary>
    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>Whether an edge comes from an input or from a node between.</summary>
    public bool Carries(in Edge edge) => edge.Source is { } source && reaches.GetValueOrDefault(source);

    // Depth first without recursion: long chains of ops must not exhaust the stack.
    void Visit(Node root, long first, HashSet<Node> sources)
    {
        var stack = new Stack<(Node Node, bool Done)>();
        stack.Push((root, false));
        while (stack.TryPop(out var item))
        {
            Node node = item.Node;
            if (!item.Done)
            {
                if (node.Id < first || !visited.Add(node)) continue;
                stack.Push((node, true));
                foreach (Edge edge in node.Inputs)
                {
                    if (edge.Source is { } source) stack.Push((source, false));
                }
            }
            else
            {
                bool through = false;
                foreach (Edge edge in node.Inputs) through |= Carries(edge);
                if (through && node.Op is not null) nodes.Add(node);
                reaches[node] = through || sources.Contains(node);
            }
        }
    }
}
