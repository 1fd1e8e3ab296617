using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>The threads that share one row.</summary>
public interface ITeam
{
    /// <summary>Number of threads.</summary>
    static abstract int Size { get; }

    /// <summary>This thread among them.</summary>
    static abstract int Member { get; }

    /// <summary>The row that the team works on.</summary>
    static abstract long Row { get; }

    /// <summary>The fold of all members' values, the same bits for each of them. All must call it.</summary>
    static abstract V Fold<TFold, V>(TFold fold, V value)
        where TFold : struct, IReduction
        where V : unmanaged, ILane<V>;
}

/// <summary>A warp a row, several rows a block: rows of up to about a thousand numbers.</summary>
public readonly struct WarpTeam : ITeam
{
    internal const int Threads = 32;

    public static int Size => Threads;

    public static int Member => Group.IdxX & (Threads - 1);

    public static long Row => ((long)Grid.IdxX * (Group.DimX / Threads)) + (Group.IdxX / Threads);

    // Partners fold the same two values, and folds do not depend on the order of two operands, so all members have the same bits after each step.
    public static V Fold<TFold, V>(TFold fold, V value)
        where TFold : struct, IReduction
        where V : unmanaged, ILane<V>
    {
        value = fold.Fold(value, Warp.ShuffleXor(value, 16));
        value = fold.Fold(value, Warp.ShuffleXor(value, 8));
        value = fold.Fold(value, Warp.ShuffleXor(value, 4));
        value = fold.Fold(value, Warp.ShuffleXor(value, 2));
        return fold.Fold(value, Warp.ShuffleXor(value, 1));
    }
}

/// <summary>A block a row: long rows.</summary>
public readonly struct BlockTeam : ITeam
{
    // The most warps of a block.
    const int MostWarps = 32;

    public static int Size => Group.DimX;

    public static int Member => Group.IdxX;

    public static long Row => Grid.IdxX;

    public static V Fold<TFold, V>(TFold fold, V value)
        where TFold : struct, IReduction
        where V : unmanaged, ILane<V>
    {
        ArrayView<V> partial = SharedMemory.Allocate<V>(MostWarps);
        value = WarpTeam.Fold(fold, value);
        if (WarpTeam.Member == 0) partial[Group.IdxX / WarpTeam.Threads] = value;
        Group.Barrier();
        V result = partial[0];
        for (int warp = 1; warp < Group.DimX / WarpTeam.Threads; warp++) result = fold.Fold(result, partial[warp]);

        // The next fold writes to the same memory.
        Group.Barrier();
        return result;
    }
}

/// <summary>A thread a row: devices whose threads exchange nothing.</summary>
public readonly struct ThreadTeam : ITeam
{
    public static int Size => 1;

    public static int Member => 0;

    public static long Row => Places.Thread;

    public static V Fold<TFold, V>(TFold fold, V value)
        where TFold : struct, IReduction
        where V : unmanaged, ILane<V> => value;
}
