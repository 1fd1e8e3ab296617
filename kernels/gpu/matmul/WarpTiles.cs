namespace Adjoint.Kernels.Gpu;

/// <summary>How a product is cut for matrix units: a block's tile of the target, of which each warp takes 64 x 32.</summary>
public interface IWarpTile
{
    /// <summary>Rows of a block's tile, a multiple of 64.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a block's tile, a multiple of 32.</summary>
    static abstract int Columns { get; }
}

/// <summary>128 x 128 by eight warps.</summary>
public readonly struct WarpTile128 : IWarpTile
{
    public static int Rows => 128;

    public static int Columns => 128;
}

/// <summary>64 x 64 by two warps: for smaller products, and for the simulator.</summary>
public readonly struct WarpTile64 : IWarpTile
{
    public static int Rows => 64;

    public static int Columns => 64;
}

/// <summary>
/// A warp's 16 x 32 of the target, and 64 x 32 of four such. Structures, whose fields are registers from the start: arrays of sums went to local memory, since the assembler gives up on
/// them in loops around instructions of a whole warp.
/// </summary>
struct SumsRow
{
    internal Sums A, B, C, D;
}

/// <summary>A warp's 64 x 32 of the target.</summary>
struct SumsTile
{
    internal SumsRow A, B, C, D;
}

/// <summary>The right fragments for 32 columns.</summary>
struct Rights
{
    internal Registers2 A, B, C, D;
}

/// <summary>Sizes of what a warp takes.</summary>
static class WarpPart
{
    public const int Rows = 64, Columns = 32;

    /// <summary>Threads of a block.</summary>
    public static int Threads<TTile>() where TTile : struct, IWarpTile => TTile.Rows / Rows * (TTile.Columns / Columns) * WarpTeam.Threads;
}
