namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of reductions in the table.</summary>
static class ReduceTable
{
    static readonly Type[] Folds = [typeof(SumFold), typeof(ProductFold), typeof(MaxFold), typeof(MinFold)];
    static readonly Type[] Lanes = [typeof(Scalar32), typeof(Scalar64), typeof(Integer32), typeof(Integer64)];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        new()
        {
            Family = "reduce",
            Name = "reduce_rows",
            Method = typeof(RowReduction).GetMethod(nameof(RowReduction.Fold))!,
            BlocksPerMultiprocessor = 4,
            Registers = (64, 64),
            Traits = KernelTraits.Warps,
            Checked = [.. FoldsOfLanes.SelectMany(pair => new[] { typeof(WarpTeam), typeof(BlockTeam), typeof(ThreadTeam) }, (pair, team) => new[] { pair[0], pair[1], team })],
        },
        new()
        {
            Family = "reduce",
            Name = "reduce_columns",
            Method = typeof(ColumnReduction).GetMethod(nameof(ColumnReduction.Fold))!,
            BlocksPerMultiprocessor = 4,
            Registers = (32, 32),
            Checked = [.. FoldsOfLanes],
        },
        new()
        {
            Family = "reduce",
            Name = "reduce_strided",
            Method = typeof(StridedReduction).GetMethod(nameof(StridedReduction.Fold))!,
            Registers = (72, 72),
            Traits = KernelTraits.Independent,
            Checked = [.. FoldsOfLanes],
        },
    ];

    static IEnumerable<Type[]> FoldsOfLanes => from fold in Folds from lane in Lanes select new[] { fold, lane };
}
