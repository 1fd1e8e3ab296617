namespace Adjoint.Kernels;

/// <summary>A tiled kernel of products and when it is the right one.</summary>
/// <param name="Line">Name of the kernel with its tile.</param>
/// <param name="Rows">Rows of a block's tile.</param>
/// <param name="Columns">Columns of a block's tile.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="LeastPiece">Sums are cut into pieces of at least this length where blocks are too few.</param>
/// <param name="HasAccesses">Whether the kernel's name goes on with how its operands lie.</param>
/// <param name="TakesSingles">Whether it also takes operands that are read number by number.</param>
readonly record struct MatMulTile(string Line, int Rows, int Columns, int Threads, int LeastPiece, bool HasAccesses, bool TakesSingles = true)
{
    // Shipped defaults. The first tile is taken that gives each multiprocessor a block, if need be by cutting sums, and that is not more than a third zeros; else the last.
    //
    // kernel                       rows columns threads piece
    public static readonly MatMulTile[] Single =
    [
        new("matmul_4_vector_Tile128", 128, 128, 256, 1024, true, false),
        new("matmul_4_vector_Tile64", 64, 64, 256, 1024, true),
        new("matmul_4_slices_Slices32", 32, 32, 256, 1024, true, false),
        new("matmul_4_slices_Slices16", 16, 16, 256, 1024, true),
    ];

    // Blocks of fewer threads than 256.
    public static readonly MatMulTile[] SingleSmall = [new("matmul_3_thread_tile_f32_Tile32", 32, 32, 32, 1024, false)];

    public static readonly MatMulTile[] Double =
    [
        new("matmul_3_double_Tile64", 64, 64, 256, 512, false),
        new("matmul_3_double_Tile32", 32, 32, 64, 512, false),
    ];

    // Where none of these gives each multiprocessor a block, products are too small to gain from matrix units.
    public static readonly MatMulTile[] Tf32 =
    [
        new("matmul_5_tf32_WarpTile128", 128, 128, 256, 1024, true),
        new("matmul_5_tf32_WarpTile64", 64, 64, 64, 1024, true),
    ];

    public static readonly MatMulTile[] Bf16 =
    [
        new("matmul_6_bf16_WarpTile128", 128, 128, 256, 1024, true),
        new("matmul_6_bf16_WarpTile64", 64, 64, 64, 1024, true),
    ];

    // Devices with warpgroups.
    public static readonly MatMulTile[] Bf16Groups =
    [
        new("matmul_7_wgmma_GroupTile128", 128, 128, 256, 1024, true),
        new("matmul_7_wgmma_GroupTile64", 64, 128, 128, 1024, true),
        Bf16[^1],
    ];

    /// <summary>Blocks of uncut products.</summary>
    public long Blocks(in MatrixProduct product, int batch) => (long)Count(product.Rows, Rows) * Count(product.Columns, Columns) * batch;

    /// <summary>Whether at most a third of the tiles is filled up with zeros.</summary>
    public bool Fits(in MatrixProduct product) =>
        (double)Count(product.Rows, Rows) * Rows * Count(product.Columns, Columns) * Columns <= 1.5 * product.Rows * product.Columns;

    static int Count(int size, int tile) => (int)(((long)size + tile - 1) / tile);
}
