using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The kernels of one line that differ in the type of their elements, made as they are asked for.</summary>
/// <param name="line">Name of the table's line.</param>
/// <param name="before">Type arguments before the element's.</param>
/// <param name="after">Type arguments behind it.</param>
public sealed class TypedKernels(string line, object[]? before = null, object[]? after = null)
{
    readonly KernelReference?[] kernels = new KernelReference?[5];

    /// <summary>The kernel for elements of a dtype.</summary>
    public KernelReference Of(DType dtype) => kernels[(int)dtype] ??= new KernelReference(line, [.. before ?? [], Element(dtype), .. after ?? []]);

    /// <summary>C# type by which kernels go for a dtype.</summary>
    public static Type Element(DType dtype) => dtype switch
    {
        DType.F32 => typeof(float),
        DType.F64 => typeof(double),
        DType.I32 => typeof(int),
        DType.I64 => typeof(long),
        _ => typeof(byte),
    };
}

/// <summary>The kernels of one line that move elements without looking at them.</summary>
/// <param name="line">Name of the table's line.</param>
public sealed class WordKernels(string line)
{
    readonly TypedKernels kernels = new(line);

    /// <summary>Copies between two layouts.</summary>
    public static WordKernels Copy { get; } = new("strided_copy");

    /// <summary>One value everywhere.</summary>
    public static WordKernels Fill { get; } = new("dense_fill");

    /// <summary>The kernel for elements of a dtype's size.</summary>
    public KernelReference Of(DType dtype) => kernels.Of(dtype switch
    {
        DType.F32 => DType.I32,
        DType.F64 => DType.I64,
        _ => dtype,
    });
}

/// <summary>The threads that share a row.</summary>
public enum Team
{
    /// <summary>A warp of 32.</summary>
    Warp,

    /// <summary>A block.</summary>
    Block,

    /// <summary>One, on devices whose warps exchange nothing.</summary>
    Thread,
}

/// <summary>The kernels of one line of row-wise computations.</summary>
/// <param name="line">Name of the table's line.</param>
/// <param name="before">Type arguments before the element's.</param>
public sealed class TeamKernels(string line, params object[] before)
{
    readonly TypedKernels[] teams = [new(line, before, ["WarpTeam"]), new(line, before, ["BlockTeam"]), new(line, before, ["ThreadTeam"])];

    /// <summary>The kernel for elements of a dtype and a team.</summary>
    public KernelReference Of(DType dtype, Team team) => teams[(int)team].Of(dtype);
}
