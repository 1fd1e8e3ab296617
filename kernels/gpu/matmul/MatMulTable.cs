namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of matrix products in the table, by rungs of the ladder.</summary>
static class MatMulTable
{
    static readonly Type[][] Lanes = [[typeof(Scalar32), typeof(Unchanged)], [typeof(Scalar64), typeof(Unchanged)]];

    static readonly Type[][] WarpTiles = [.. Vectors(typeof(WarpTile128)), .. Vectors(typeof(WarpTile64))];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        Rung(typeof(Rung1Naive), "matmul_1_naive", Lanes) with { Registers = (64, 64) },
        Rung(typeof(Rung2Shared), "matmul_2_shared", Lanes) with { Registers = (88, 88) },
        Rung(typeof(Rung3ThreadTile), "matmul_3_thread_tile",
        [
            [typeof(Scalar32), typeof(Tile128), typeof(Unchanged)], [typeof(Scalar32), typeof(Tile64), typeof(Unchanged)], [typeof(Scalar32), typeof(Tile32), typeof(Unchanged)],
        ]) with { Registers = (128, 128) },
        Rung(typeof(Rung3Double), "matmul_3_double", [[typeof(Tile64), typeof(Unchanged)], [typeof(Tile32), typeof(Unchanged)]]) with { Registers = (128, 128) },
        Rung(typeof(Rung4Vector), "matmul_4_vector", [.. Vectors(typeof(Tile128)), .. Accesses(typeof(Tile64))]) with { Registers = (128, 128), Traits = KernelTraits.VectorLoads },
        Rung(typeof(Rung4Slices), "matmul_4_slices", [.. Vectors(typeof(Slices32)), .. Accesses(typeof(Slices16))]) with { Registers = (128, 128), Traits = KernelTraits.VectorLoads },
        Rung(typeof(Rung5Tf32), "matmul_5_tf32", WarpTiles) with { Registers = (128, 128), Traits = KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies },
        Rung(typeof(Rung6Bf16), "matmul_6_bf16", WarpTiles) with { Registers = (128, 128), Traits = KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies },
        Rung(typeof(Rung7WarpGroups), "matmul_7_wgmma", [.. Vectors(typeof(GroupTile128)), .. Vectors(typeof(GroupTile64))])
            with { Registers = (128, 128), Traits = KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies, OnlyTarget = KernelTarget.Sm90A },
        Rung(typeof(VectorProducts), "matmul_dots", [.. Lanes.SelectMany(lane => new Type[][] { [lane[0], typeof(WarpTeam), lane[1]], [lane[0], typeof(BlockTeam), lane[1]] })], nameof(VectorProducts.Dots))
            with { Registers = (64, 64), Traits = KernelTraits.Warps, BlocksPerMultiprocessor = 4 },
        Rung(typeof(VectorProducts), "matmul_lines", Lanes, nameof(VectorProducts.Slices)) with { Registers = (64, 64), BlocksPerMultiprocessor = 4 },
        Rung(typeof(PieceSums), "matmul_fold", Lanes) with { Registers = (64, 64), BlocksPerMultiprocessor = 4 },
        Rung(typeof(Bf16Rounding), "matmul_to_bf16", [[]]) with { Registers = (24, 24), Traits = KernelTraits.VectorLoads },
    ];

    // A tile with the two accesses of several numbers in all four combinations.
    static Type[][] Vectors(Type tile) =>
    [
        [tile, typeof(AlongInner), typeof(AlongLines), typeof(Unchanged)],
        [tile, typeof(AlongInner), typeof(AlongInner), typeof(Unchanged)],
        [tile, typeof(AlongLines), typeof(AlongLines), typeof(Unchanged)],
        [tile, typeof(AlongLines), typeof(AlongInner), typeof(Unchanged)],
    ];

    // The same and single numbers, for operands that allow neither.
    static Type[][] Accesses(Type tile) => [.. Vectors(tile), [tile, typeof(Singles), typeof(Singles), typeof(Unchanged)]];

    static KernelDescription Rung(Type rung, string name, Type[][] types, string method = "Run") => new()
    {
        Family = "matmul",
        Name = name,
        Method = rung.GetMethod(method)!,
        Registers = (128, 128),
        Checked = types,
    };
}
