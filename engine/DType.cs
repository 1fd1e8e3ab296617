namespace Adjoint;

/// <summary>The type of a tensor's numbers.</summary>
public enum DType
{
    /// <summary>32-bit IEEE float.</summary>
    F32,

    /// <summary>64-bit IEEE float.</summary>
    F64,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>64-bit signed integer; the type of indices.</summary>
    I64,

    /// <summary>One byte, zero or one; the type of masks.</summary>
    Bool,
}

/// <summary>Facts about each <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Bytes of one number.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.F32 or DType.I32 => 4,
        DType.F64 or DType.I64 => 8,
        _ => 1,
    };

    /// <summary>Whether derivatives exist for the type.</summary>
    public static bool IsFloat(this DType type) => type is DType.F32 or DType.F64;

    /// <summary>Short name as printed in messages: <c>f32</c>, <c>f64</c>, <c>i32</c>, <c>i64</c>, <c>bool</c>.</summary>
    public static string Name(this DType type) => type switch
    {
        DType.F32 => "f32",
        DType.F64 => "f64",
        DType.I32 => "i32",
        DType.I64 => "i64",
        _ => "bool",
    };

    /// <summary>The dtype that stores the C# type <typeparamref name="T"/>.</summary>
    /// <exception cref="DTypeException">No dtype stores it.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.F32;
        if (typeof(T) == typeof(double)) return DType.F64;
        if (typeof(T) == typeof(int)) return DType.I32;
        if (typeof(T) == typeof(long)) return DType.I64;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new DTypeException($"No dtype stores the C# type {typeof(T).Name}. Use float, double, int, long or bool.");
    }
}
