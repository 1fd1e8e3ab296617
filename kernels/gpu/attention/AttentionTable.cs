namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of attention in the table.</summary>
static class AttentionTable
{
    static readonly Type[] Lanes = [typeof(Scalar32), typeof(Scalar64)];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(AttentionForward), "attention", [.. Lanes.Select(static lane => new[] { lane })]),
        One(typeof(AttentionBackward), "attention_derivative", [.. from lane in Lanes from target in new[] { typeof(ToQueries), typeof(ToKeys), typeof(ToValues) } select new[] { lane, target }]),
    ];

    static KernelDescription One(Type holder, string name, Type[][] types) => new()
    {
        Family = "attention",
        Name = name,
        Method = holder.GetMethod("Run")!,
        Registers = (128, 128),
        Checked = types,
    };
}
