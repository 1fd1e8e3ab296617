using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// The loops that visit the elements of up to four strided operands together: axes of size one are dropped and axes that chain in every operand are merged, so
/// that contiguous operands of any rank become one loop. The last axis is the innermost. A value type without references, so that it can be handed to workers.
/// </summary>
public unsafe struct LoopNest
{
    /// <summary>The most axes.</summary>
    public const int MaxRank = 8;

    /// <summary>The most operands.</summary>
    public const int MaxOperands = 4;

    fixed int sizes[MaxRank];
    fixed int strides[MaxRank * MaxOperands];

    /// <summary>Number of loops after merging; at least one.</summary>
    public int Rank { get; private set; }

    /// <summary>Number of elements in all.</summary>
    public int Count { get; private set; }

    /// <summary>Length of the innermost loop.</summary>
    public readonly int Columns => sizes[Rank - 1];

    /// <summary>How often the innermost loop runs.</summary>
    public readonly int Rows => Count == 0 ? 0 : Count / Columns;

    /// <summary>Size of a merged axis.</summary>
    public readonly int Size(int axis) => sizes[axis];

    /// <summary>Element stride of a merged axis of one operand.</summary>
    public readonly int Stride(int operand, int axis) => strides[(operand * MaxRank) + axis];

    /// <summary>Element stride of an operand in the innermost loop.</summary>
    public readonly int ColumnStride(int operand) => Stride(operand, Rank - 1);

    /// <summary>One loop over operands that are all dense.</summary>
    public static LoopNest Dense(int count)
    {
        Unsafe.SkipInit(out LoopNest nest);
        nest.sizes[0] = count;
        for (int operand = 0; operand < MaxOperands; operand++) nest.strides[operand * MaxRank] = 1;
        nest.Rank = 1;
        nest.Count = count;
        return nest;
    }

    /// <summary>Plans the loops over <paramref name="shape"/>. Each operand gives its strides, already expanded to the shape.</summary>
    public static LoopNest Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> first) => Create(shape, first, default, default, default, 1);

    /// <inheritdoc cref="Create(ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static LoopNest Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> first, ReadOnlySpan<int> second) =>
        Create(shape, first, second, default, default, 2);

    /// <inheritdoc cref="Create(ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static LoopNest Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<int> third) =>
        Create(shape, first, second, third, default, 3);

    /// <inheritdoc cref="Create(ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static LoopNest Create(ReadOnlySpan<int> shape, ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<int> third, ReadOnlySpan<int> fourth) =>
        Create(shape, first, second, third, fourth, 4);

    static LoopNest Create(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<int> third, ReadOnlySpan<int> fourth, int operands)
    {
        Unsafe.SkipInit(out LoopNest nest);
        int rank = 0, count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int size = shape[axis];
            count *= size;
            if (size == 1) continue;
            bool merges = rank > 0;
            for (int operand = 0; merges && operand < operands; operand++)
                merges = nest.strides[(operand * MaxRank) + rank - 1] == Of(operand, first, second, third, fourth)[axis] * size;
            if (merges) nest.sizes[rank - 1] *= size;
            else nest.sizes[rank++] = size;
            for (int operand = 0; operand < operands; operand++)
                nest.strides[(operand * MaxRank) + rank - 1] = Of(operand, first, second, third, fourth)[axis];
        }

        if (rank == 0)
        {
            nest.sizes[rank++] = 1;
            for (int operand = 0; operand < operands; operand++) nest.strides[operand * MaxRank] = 1;
        }

        nest.Rank = rank;
        nest.Count = count;
        return nest;
    }

    static ReadOnlySpan<int> Of(int operand, ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<int> c, ReadOnlySpan<int> d) => operand switch
    {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    };

    /// <summary>Element offset of an operand at the start of an innermost loop.</summary>
    public readonly long RowOffset(int operand, int row)
    {
        if (Rank == 2) return (long)row * strides[operand * MaxRank];
        long offset = 0;
        for (int axis = Rank - 2; axis >= 0; axis--)
        {
            int size = sizes[axis];
            int index = row % size;
            row /= size;
            offset += (long)index * strides[(operand * MaxRank) + axis];
        }

        return offset;
    }
}
