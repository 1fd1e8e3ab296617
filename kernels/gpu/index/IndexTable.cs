namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of gathers and scatters in the table.</summary>
static class IndexTable
{
    static readonly Type[][] Words = [[typeof(byte)], [typeof(int)], [typeof(long)]];
    static readonly Type[][] Lanes = [[typeof(Scalar32)], [typeof(Scalar64)]];
    static readonly Type[][] Numbers = [[typeof(float)], [typeof(double)], [typeof(int)], [typeof(long)]];
    static readonly Type[][] AllLanes = [.. Lanes, [typeof(Integer32)], [typeof(Integer64)]];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(GatherKernels), nameof(GatherKernels.Check), "index_check", [[]]),
        One(typeof(GatherKernels), nameof(GatherKernels.Select), "index_select", Words),
        One(typeof(GatherKernels), nameof(GatherKernels.TakeAlong), "index_take_along", Words),
        One(typeof(GatherKernels), nameof(GatherKernels.GatherSum), "index_gather_sum", Lanes),
        One(typeof(GatherKernels), nameof(GatherKernels.ArgExtreme), "index_arg_extreme", Numbers, KernelTraits.Warps),
        One(typeof(GatherKernels), nameof(GatherKernels.ArgExtremeLine), "index_arg_extreme_line", Numbers),
        One(typeof(ScatterKernels), nameof(ScatterKernels.PutRows), "index_put_rows", Words),
        One(typeof(ScatterKernels), nameof(ScatterKernels.AddAtPlaces), "index_add_at_places", AllLanes, KernelTraits.Warps),
        One(typeof(ScatterKernels), nameof(ScatterKernels.AddAtColumns), "index_add_at_columns", AllLanes),
        One(typeof(ScatterKernels), nameof(ScatterKernels.AddAlong), "index_add_along", AllLanes),
        One(typeof(ScatterKernels), nameof(ScatterKernels.AddSorted), "index_add_sorted", AllLanes),
    ];

    static KernelDescription One(Type holder, string method, string name, Type[][] types, KernelTraits traits = KernelTraits.Independent) => new()
    {
        Family = "index",
        Name = name,
        Method = holder.GetMethod(method)!,
        Registers = (72, 72),
        Traits = traits,
        Checked = types,
    };
}
