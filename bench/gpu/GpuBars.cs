namespace Adjoint.Bench;

/// <summary>A bar that a figure is held against.</summary>
/// <param name="Name">What is judged.</param>
/// <param name="Value">The figure; null where it, or the peer's, is missing.</param>
/// <param name="Least">The bar.</param>
/// <param name="Unit">Unit of both.</param>
sealed record GpuBar(string Name, double? Value, double Least, string Unit)
{
    /// <summary>met, missed, or not judged.</summary>
    public string Verdict => Value is not { } value ? "not judged" : value >= Least ? "met" : "missed";
}

/// <summary>The bars: shares of cuBLAS and of copies, rates of matrix units, and steps beside peers.</summary>
static class GpuBars
{
    const double CublasPercent = 85, Tf32Rate = 150, Bf16Rate = 350, CopyPercent = 88, EagerRatio = 5, CompiledRatio = 1.2;

    public static IReadOnlyList<GpuBar> Of(IReadOnlyList<Measurement> lines)
    {
        double? Best(string label, Func<string, bool> variant, string figure, bool least = false)
        {
            double[] values = [.. lines.Where(line => line.Case == label && variant(line.Variant)).Select(line => line[figure]).OfType<double>()];
            return values.Length == 0 ? null : least ? values.Min() : values.Max();
        }

        bool Ours(string variant) => variant.StartsWith("matmul_", StringComparison.Ordinal);
        var bars = new List<GpuBar>
        {
            new("f32 product of 4096^3 beside cuBLAS", 100 * Best("matmul/4096/f32", Ours, "tflops") / Best("matmul/4096/f32", static variant => variant == "torch", "tflops"), CublasPercent, "%"),
            new("tf32 product of 8192^3", Best("matmul/8192/tf32", Ours, "tflops"), Tf32Rate, "TFLOP/s"),
            new("bf16 product of 8192^3", Best("matmul/8192/bf16", Ours, "tflops"), Bf16Rate, "TFLOP/s"),
        };
        foreach (Measurement line in lines.Where(static line => line.Case.StartsWith("memory/", StringComparison.Ordinal) && line.Variant == "ours" && line.Case is not ("memory/copy" or "memory/fma")))
            bars.Add(new($"{line.Case["memory/".Length..]} beside a copy", line["percent_of_copy"], CopyPercent, "%"));
        foreach (string label in lines.Where(static line => line.Case.StartsWith("step/", StringComparison.Ordinal)).Select(static line => line.Case).Distinct())
        {
            double? ours = Best(label, static variant => variant is "plan" or "graph", "us_per_step", least: true);
            foreach (var (peer, least) in ((string, double)[])[("torch-eager", EagerRatio), ("torch-compile", CompiledRatio), ("jax", CompiledRatio)])
                bars.Add(new($"{label["step/".Length..]}: times as fast as {peer}", Best(label, variant => variant.StartsWith(peer, StringComparison.Ordinal), "us_per_step", least: true) / ours, least, "x"));
        }

        return bars;
    }
}
