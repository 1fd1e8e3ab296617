namespace Adjoint;

/// <summary>Decides, after each op, whether derivatives flow through it, and if so remembers what its rules will need.</summary>
static class Tape
{
    [ThreadStatic] static bool paused;

    /// <summary>Whether ops on tracked tensors are remembered on this thread.</summary>
    public static bool IsRecording => !paused;

    /// <summary>Switches recording for a while.</summary>
    public static Scope Recording(bool on)
    {
        var scope = new Scope(paused);
        paused = !on;
        return scope;
    }

    public static void Record(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (!AnyTracked(inputs) || paused || !op.IsDifferentiable) return;
        int saves = (int)op.Saves;
        var node = new Node(op, outputs[0].Device, inputs.Length, outputs.Length);
        Span<Edge> edges = node.Inputs;
        for (int i = 0; i < edges.Length; i++) edges[i] = new Edge(inputs[i], (saves & (1 << Math.Min(i, 7))) != 0);
        bool save = (saves & (int)Saves.Output) != 0;
        edges = node.Outputs;
        for (int i = 0; i < edges.Length; i++)
        {
            Tensor output = outputs[i];
            if (output.DType.IsFloat())
            {
                output.Node = node;
                output.NodeOutput = i;
            }

            edges[i] = new Edge(output, save);
        }
    }

    /// <summary>Makes a tensor a variable.</summary>
    public static void Start(Tensor variable)
    {
        var node = new Node(null, variable.Device, 0, 1);
        variable.Node = node;
        node.Outputs[0] = new Edge(variable, false);
    }

    static bool AnyTracked(ReadOnlySpan<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
        {
            if (input.Node is not null) return true;
        }

        return false;
    }

    internal readonly struct Scope(bool previous) : IDisposable
    {
        public void Dispose() => paused = previous;
    }
}
