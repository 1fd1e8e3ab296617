namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of sorting, scans, searches and distances in the table.</summary>
static class OrderTable
{
    static readonly Type[][] Lanes = [[typeof(Scalar32)], [typeof(Scalar64)]];
    static readonly Type[][] Numbers = [[typeof(float)], [typeof(double)], [typeof(int)], [typeof(long)]];
    static readonly Type[][] Words = [[typeof(byte)], [typeof(int)], [typeof(long)]];
    static readonly Type[][] Scans =
    [
        [typeof(SumScan), typeof(Scalar32)], [typeof(SumScan), typeof(Scalar64)], [typeof(SumScan), typeof(Integer32)], [typeof(SumScan), typeof(Integer64)],
        [typeof(ProductScan), typeof(Scalar32)], [typeof(ProductScan), typeof(Scalar64)], [typeof(LogAddScan), typeof(Scalar32)], [typeof(LogAddScan), typeof(Scalar64)],
    ];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(SortKernels), nameof(SortKernels.Keys32), "order_keys_32", [[]]),
        One(typeof(SortKernels), nameof(SortKernels.Keys64), "order_keys_64", [[]]),
        One(typeof(SortKernels), nameof(SortKernels.Tiles), "order_tiles", [[]], KernelTraits.None),
        One(typeof(SortKernels), nameof(SortKernels.Merge), "order_merge", [[]]),
        One(typeof(SortKernels), nameof(SortKernels.Kept), "order_kept", [[]]),
        One(typeof(ScanKernels), nameof(ScanKernels.Lines), "scan_lines", Scans),
        One(typeof(ScanKernels), nameof(ScanKernels.Blocks), "scan_blocks", Scans, KernelTraits.Warps),
        One(typeof(ScanKernels), nameof(ScanKernels.RecurrenceLines), "scan_recurrence_lines", Lanes),
        One(typeof(ScanKernels), nameof(ScanKernels.RecurrenceBlocks), "scan_recurrence_blocks", Lanes, KernelTraits.Warps),
        One(typeof(ScanKernels), nameof(ScanKernels.Extremes), "scan_extremes", Numbers),
        One(typeof(SearchKernels), nameof(SearchKernels.Search), "search_sorted", Numbers),
        One(typeof(SearchKernels), nameof(SearchKernels.Winners), "put_winners", [[]]),
        One(typeof(SearchKernels), nameof(SearchKernels.Put), "put_along", Words),
        One(typeof(SearchKernels), nameof(SearchKernels.ExtremesAlong), "extremes_along", Numbers),
        One(typeof(DistanceKernels), nameof(DistanceKernels.Squares), "distance_squares", Lanes),
    ];

    internal static KernelDescription One(Type holder, string method, string name, Type[][] types, KernelTraits traits = KernelTraits.Independent) => new()
    {
        Family = "order",
        Name = name,
        Method = holder.GetMethod(method)!,
        Registers = (72, 72),
        Traits = traits,
        Checked = types,
    };
}
