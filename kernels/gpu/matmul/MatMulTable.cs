namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of matrix products in the table, by rungs of the ladder.</summary>
static class MatMulTable
{
    static readonly Type[][] Lanes = [[typeof(Scalar32), typeof(Unchanged)], [typeof(Scalar64), typeof(Unchanged)]];

    static readonly Type[][] WarpTiles = [[typeof(WarpTile128), typeof(Unchanged)], [typeof(WarpTile64), typeof(Unchanged)]];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        Rung(typeof(Rung1Naive), "matmul_1_naive", Lanes) with { Registers = (48, 48) },
        Rung(typeof(Rung2Shared), "matmul_2_shared", Lanes) with { Registers = (88, 88) },
        Rung(typeof(Rung3ThreadTile), "matmul_3_thread_tile",
        [
            [typeof(Scalar32), typeof(Tile128), typeof(Unchanged)], [typeof(Scalar32), typeof(Tile64), typeof(Unchanged)], [typeof(Scalar32), typeof(Tile32), typeof(Unchanged)],
        ]) with { Registers = (128, 128) },
        Rung(typeof(Rung4Vector), "matmul_4_vector", [[typeof(Unchanged)]]) with { Registers = (128, 128), Traits = KernelTraits.VectorLoads },
        Rung(typeof(Rung5Tf32), "matmul_5_tf32", WarpTiles) with { Registers = (128, 128), Traits = KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies },
        Rung(typeof(Rung6Bf16), "matmul_6_bf16", WarpTiles) with { Registers = (128, 128), Traits = KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies },
        Rung(typeof(Bf16Rounding), "matmul_to_bf16", [[]]) with { Registers = (24, 24), Traits = KernelTraits.VectorLoads },
    ];

    static KernelDescription Rung(Type rung, string name, Type[][] types) => new()
    {
        Family = "matmul",
        Name = name,
        Method = rung.GetMethod("Run")!,
        Registers = (128, 128),
        Checked = types,
    };
}
