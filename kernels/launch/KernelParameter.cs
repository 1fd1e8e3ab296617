namespace Adjoint.Kernels;

/// <summary>What a kernel's argument is.</summary>
public enum KernelParameterKind : byte
{
    /// <summary>A device address (64 bits) and a number of elements (64 bits).</summary>
    View,

    /// <summary>A number or a structure of numbers, passed by value.</summary>
    Value,
}

/// <summary>One argument of a kernel and its place in the argument buffer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Size">Bytes it takes.</param>
/// <param name="Alignment">Its offset is a multiple of this.</param>
public readonly record struct KernelParameter(KernelParameterKind Kind, int Offset, int Size, int Alignment);
