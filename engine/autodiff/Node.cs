using System.Runtime.CompilerServices;

namespace Adjoint;

/// <summary>One run of an op as the tape remembers it; or, without an op, a variable that derivatives are taken by.</summary>
sealed class Node
{
    static long count;

    // Inputs, then outputs. Most ops have up to three of them together, which lie in the node itself: an eager op costs one object here instead of two.
    readonly Edge[]? many;
    readonly int inputs;
    readonly int outputs;
    Few few;

    public Node(Op? op, Device device, int inputs, int outputs)
    {
        Op = op;
        Device = device;
        this.inputs = inputs;
        this.outputs = outputs;
        if (inputs + outputs > Few.Count) many = new Edge[inputs + outputs];
        Id = Interlocked.Increment(ref count);
    }

    /// <summary>Rises with every run, so that descending order is a valid order for the reverse walk.</summary>
    public long Id { get; }

    public Op? Op { get; }

    /// <summary>Where the outputs are.</summary>
    public Device Device { get; }

    /// <summary>Filled by the tape when the node is made, and not changed afterwards.</summary>
    public Span<Edge> Inputs => Edges[..inputs];

    /// <inheritdoc cref="Inputs"/>
    public Span<Edge> Outputs => Edges.Slice(inputs, outputs);

    /// <summary>The number that the next node will exceed.</summary>
    public static long LastId => Volatile.Read(ref count);

    Span<Edge> Edges => many is null ? few : many;

    [InlineArray(Count)]
    struct Few
    {
        public const int Count = 3;

        Edge first;
    }
}

/// <summary>An input or output of a node: where it came from, its shape, and itself if a rule looks at it.</summary>
readonly struct Edge
{
    // Small fields, since every op that the tape remembers holds a few edges.
    readonly ushort sourceOutput;
    readonly byte type;

    public Edge(Tensor tensor, bool save)
    {
        Source = tensor.Node;
        sourceOutput = (ushort)tensor.NodeOutput;
        Shape = tensor.Shape;
        type = (byte)tensor.DType;
        if (!save) return;
        Saved = tensor;
        Version = tensor.Storage.Version;
    }

    /// <summary>Node that made the tensor; null where no derivative flows.</summary>
    public Node? Source { get; }

    public int SourceOutput => sourceOutput;

    public Shape Shape { get; }

    public DType DType => (DType)type;

    public Tensor? Saved { get; }

    /// <summary>Write count of the storage when it was saved.</summary>
    public int Version { get; }
}
