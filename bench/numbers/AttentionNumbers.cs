namespace Adjoint.Bench;

/// <summary>Attention at the sizes of a small transformer, in both of its forms.</summary>
static class AttentionNumbers
{
    const int Length = 1024, Heads = 8, Depth = 64;

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        .. from batch in new[] { 1, 4 }
           from memory in new[] { AttentionMemory.Quadratic, AttentionMemory.Linear }
           from backward in new[] { false, true }
           select Attend(batch, memory, backward),
    ];

    // Two products forward, of which the linear form makes one again and four more backward, the quadratic form four more.
    static NumbersCase Attend(int batch, AttentionMemory memory, bool backward)
    {
        double product = 2.0 * batch * Heads * Length * Length * Depth;
        int products = !backward ? 2 : memory == AttentionMemory.Linear ? 7 : 6;
        string name = $"attention {batch}x{Heads}x{Length}x{Depth} {(memory == AttentionMemory.Linear ? "linear" : "quadratic")}{(backward ? " with gradient" : "")}";
        return new(name, products * product, 16L * batch * Heads * Length * Depth * (backward ? 2 : 1), () => Record(batch, memory, backward));
    }

    static Plan Record(int batch, AttentionMemory memory, bool backward)
    {
        var generator = new Generator(Key.FromSeed(0));
        Tensor[] x = [.. Enumerable.Range(0, 3).Select(_ => generator.Normal([batch, Heads, Length, Depth]).Keep())];
        if (!backward) return Plan.Record(() => x[0].ScaledDotProductAttention(x[1], x[2], memory: memory));
        return Plan.Record(() =>
        {
            Tensor[] variables = Array.ConvertAll(x, static one => one.Variable());
            Tensor y = variables[0].ScaledDotProductAttention(variables[1], variables[2], memory: memory);
            return Autodiff.Vjp([y], variables, [y.Detach()]);
        });
    }
}
