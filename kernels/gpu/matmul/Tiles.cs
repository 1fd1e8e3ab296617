namespace Adjoint.Kernels.Gpu;

/// <summary>How a product is cut, constants to the compiler: a block works on a tile of the target, a thread on a part of it.</summary>
public interface ITile
{
    /// <summary>Rows of a block's tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a block's tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Steps along the sum that lie in shared memory at once.</summary>
    static abstract int Inner { get; }

    /// <summary>Rows of a thread.</summary>
    static abstract int ThreadRows { get; }

    /// <summary>Columns of a thread.</summary>
    static abstract int ThreadColumns { get; }
}

/// <summary>128 x 128 x 8 with 8 x 8 a thread: 256 threads, for large products in f32.</summary>
public readonly struct Tile128 : ITile
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static int Inner => 8;

    public static int ThreadRows => 8;

    public static int ThreadColumns => 8;
}

/// <summary>64 x 64 x 16 with 4 x 4 a thread: 256 threads, for smaller products.</summary>
public readonly struct Tile64 : ITile
{
    public static int Rows => 64;

    public static int Columns => 64;

    public static int Inner => 16;

    public static int ThreadRows => 4;

    public static int ThreadColumns => 4;
}

/// <summary>32 x 32 with 8 x 4 a thread and 64 steps at once, which eight warps share: for small products.</summary>
public readonly struct Slices32 : ITile
{
    public static int Rows => 32;

    public static int Columns => 32;

    public static int Inner => 64;

    public static int ThreadRows => 8;

    public static int ThreadColumns => 4;
}

/// <summary>16 x 16 with 4 x 4 a thread and 128 steps at once, which sixteen half warps share: for the smallest products.</summary>
public readonly struct Slices16 : ITile
{
    public static int Rows => 16;

    public static int Columns => 16;

    public static int Inner => 128;

    public static int ThreadRows => 4;

    public static int ThreadColumns => 4;
}

/// <summary>32 x 32 x 8 with 8 x 4 a thread: 32 threads, small enough for the simulator, and for products of a few rows.</summary>
public readonly struct Tile32 : ITile
{
    public static int Rows => 32;

    public static int Columns => 32;

    public static int Inner => 8;

    public static int ThreadRows => 8;

    public static int ThreadColumns => 4;
}
