namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of attention in the table.</summary>
static class AttentionTable
{
    static readonly Type[] Lanes = [typeof(Scalar32), typeof(Scalar64)];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(AttentionForward), "attention", [.. Lanes.Select(static lane => new[] { lane })]),
        One(typeof(AttentionBackward), "attention_derivative", Cotangents(typeof(Scalar32))),

        // In f64 two blocks of a multiprocessor do not find room for all of their sums.
        One(typeof(AttentionBackward), "attention_derivative_double", Cotangents(typeof(Scalar64))) with { BlocksPerMultiprocessor = 1, Registers = (192, 192) },
    ];

    static Type[][] Cotangents(Type lane) => [[lane, typeof(ToQueries)], [lane, typeof(ToKeys)], [lane, typeof(ToValues)]];

    static KernelDescription One(Type holder, string name, Type[][] types) => new()
    {
        Family = "attention",
        Name = name,
        Method = holder.GetMethod("Run")!,
        Registers = (128, 128),
        Checked = types,
    };
}
