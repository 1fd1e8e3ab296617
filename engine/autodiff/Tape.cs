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
        if (paused || !op.IsDifferentiable || !AnyTracked(inputs)) return;
        var sources = new Edge[inputs.Length];
        for (int i = 0; i < sources.Length; i++) sources[i] = new Edge(inputs[i], ((int)op.Saves & (1 << Math.Min(i, 7))) != 0);
        Attach(op, sources, outputs, op.Saves.HasFlag(Saves.Output));
    }

    /// <summary>Makes a node and ties the outputs to it.</summary>
    public static void Attach(Op op, Edge[] sources, ReadOnlySpan<Tensor> outputs, bool saveOutputs)
    {
        var results = new Edge[outputs.Length];
        var node = new Node(op, sources, results);
        for (int i = 0; i < results.Length; i++)
        {
            if (!outputs[i].DType.IsFloat()) continue;
            outputs[i].Node = node;
            outputs[i].NodeOutput = i;
        }

        for (int i = 0; i < results.Length; i++) results[i] = new Edge(outputs[i], saveOutputs);
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
