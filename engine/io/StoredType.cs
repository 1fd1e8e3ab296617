namespace Adjoint;

/// <summary>Number formats that occur in files.</summary>
enum StoredType
{
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    I64,
    F16,
    BF16,
    F32,
    F64,
}

/// <summary>Facts about each <see cref="StoredType"/>.</summary>
static class StoredTypes
{
    /// <summary>Bytes of one number in the file.</summary>
    public static int Size(this StoredType type) => type switch
    {
        StoredType.Bool or StoredType.U8 or StoredType.I8 => 1,
        StoredType.U16 or StoredType.I16 or StoredType.F16 or StoredType.BF16 => 2,
        StoredType.U32 or StoredType.I32 or StoredType.F32 => 4,
        _ => 8,
    };

    /// <summary>The smallest dtype that holds every value of the type.</summary>
    public static DType Target(this StoredType type) => type switch
    {
        StoredType.Bool => DType.Bool,
        StoredType.F16 or StoredType.BF16 or StoredType.F32 => DType.F32,
        StoredType.F64 => DType.F64,
        StoredType.U32 or StoredType.I64 => DType.I64,
        _ => DType.I32,
    };

    /// <summary>The format in which a dtype is written.</summary>
    public static StoredType Stored(this DType type) => type switch
    {
        DType.F32 => StoredType.F32,
        DType.F64 => StoredType.F64,
        DType.I32 => StoredType.I32,
        DType.I64 => StoredType.I64,
        _ => StoredType.Bool,
    };

    /// <summary>The shape that a file declares, once it is known that a tensor can have it.</summary>
    /// <exception cref="DataException">
    /// Too many axes, an axis or an element count beyond 2^31 - 1, or more bytes than one tensor may hold.
    /// </exception>
    public static Shape CheckShape(this StoredType type, ReadOnlySpan<long> sizes, string source, string what)
    {
        if (sizes.Length > Shape.MaxRank)
            throw DataFault.In(source, $"{what} has {sizes.Length} axes, above the limit of {Shape.MaxRank}", "Merge axes before saving it.");
        Span<int> checkedSizes = stackalloc int[sizes.Length];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] is < 0 or > int.MaxValue)
                throw DataFault.In(source, $"{what} has an axis of size {sizes[axis]}, outside 0 to 2^31 - 1",
                    "Save the array in pieces, or fetch the file again.");
            checkedSizes[axis] = (int)sizes[axis];
        }

        try
        {
            var shape = Shape.Create(checkedSizes);
            if ((long)shape.Elements * type.Target().Size() > Storage.MaxBytes) throw TooLarge(sizes, source, what);
            return shape;
        }
        catch (ShapeException)
        {
            throw TooLarge(sizes, source, what);
        }
    }

    static DataException TooLarge(ReadOnlySpan<long> sizes, string source, string what) => DataFault.In(
        source,
        $"{what} of shape [{string.Join(", ", sizes.ToArray())}] is larger than one tensor may be (2 GiB)",
        "Save the array in pieces, or fetch the file again.");
}
