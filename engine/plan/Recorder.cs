namespace Adjoint;

/// <summary>Listens to the ops that run on this thread while a step is recorded.</summary>
sealed class Recorder
{
    [ThreadStatic] static Recorder? current;

    public static Recorder? Current => current;

    public List<Instruction> Instructions { get; } = [];

    /// <summary>Memory that the step itself made; everything else outlives it.</summary>
    public HashSet<Storage> Born { get; } = [];

    /// <summary>Raises an error inside a recorded step.</summary>
    public static void Forbid(string what, string remedy)
    {
        if (current is not null) throw new PlanException($"{what}, which a replay of the recorded step could not repeat. {remedy}");
    }

    public void Add(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, bool fresh)
    {
        Instructions.Add(new Instruction(op, inputs.ToArray(), outputs.ToArray(), fresh));
        if (!fresh) return;
        foreach (Tensor output in outputs) Born.Add(output.Storage);
    }

    /// <summary>Makes this recorder listen until disposal.</summary>
    public Scope Listen()
    {
        if (current is not null) throw new PlanException("A step is being recorded on this thread already. Record the outer step only.");
        current = this;
        return default;
    }

    internal readonly struct Scope : IDisposable
    {
        public void Dispose() => current = null;
    }
}
