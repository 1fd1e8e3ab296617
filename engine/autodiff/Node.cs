namespace Adjoint;

/// <summary>One run of an op as the tape remembers it; or, without an op, a variable that derivatives are taken by.</summary>
sealed class Node
{
    static long count;

    public Node(Op? op, Edge[] inputs, Edge[] outputs)
    {
        Op = op;
        Inputs = inputs;
        Outputs = outputs;
        Id = Interlocked.Increment(ref count);
    }

    /// <summary>Rises with every run, so that descending order is a valid order for the reverse walk.</summary>
    public long Id { get; }

    public Op? Op { get; }

    public Edge[] Inputs { get; }

    public Edge[] Outputs { get; }

    /// <summary>The number that the next node will exceed.</summary>
    public static long LastId => Volatile.Read(ref count);
}

/// <summary>An input or output of a node: where it came from, its shape, and itself if a rule looks at it.</summary>
readonly struct Edge
{
    public Edge(Tensor tensor, bool save)
    {
        Source = tensor.Node;
        SourceOutput = tensor.NodeOutput;
        Shape = tensor.Shape;
        DType = tensor.DType;
        Device = tensor.Device;
        if (!save) return;
        Saved = tensor;
        Version = tensor.Storage.Version;
    }

    /// <summary>Node that made the tensor; null where no derivative flows.</summary>
    public Node? Source { get; }

    public int SourceOutput { get; }

    public Shape Shape { get; }

    public DType DType { get; }

    public Device Device { get; }

    public Tensor? Saved { get; }

    /// <summary>Write count of the storage when it was saved.</summary>
    public int Version { get; }
}
