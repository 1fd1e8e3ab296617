namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of segments in the table.</summary>
static class SegmentTable
{
    static readonly Type[][] Numbers = [[typeof(float)], [typeof(double)], [typeof(int)], [typeof(long)]];
    static readonly Type[][] Floats = [.. Teams(typeof(Scalar32)), .. Teams(typeof(Scalar64))];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(nameof(SegmentKernels.Starts), "segment_starts", [[]]),
        One(nameof(SegmentKernels.Sum), "segment_sum", [.. Floats, .. Teams(typeof(Integer32)), .. Teams(typeof(Integer64))], KernelTraits.Warps),
        One(nameof(SegmentKernels.Powers), "segment_powers", Floats, KernelTraits.Warps),
        One(nameof(SegmentKernels.Extremes), "segment_extremes", Numbers),
    ];

    static Type[][] Teams(Type lane) => [[lane, typeof(WarpTeam)], [lane, typeof(ThreadTeam)]];

    static KernelDescription One(string method, string name, Type[][] types, KernelTraits traits = KernelTraits.Independent) =>
        OrderTable.One(typeof(SegmentKernels), method, name, types, traits) with { Family = "segment" };
}
