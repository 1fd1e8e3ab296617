using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>How a product of f32 may round its operands. Sums are f32 in any case.</summary>
public enum MatMulPrecision
{
    /// <summary>Not at all.</summary>
    Exact,

    /// <summary>To ten bits of fraction, where matrix units then help.</summary>
    Tf32,

    /// <summary>To seven bits of fraction, where matrix units then help; else as <see cref="Tf32"/>.</summary>
    Bf16,
}

/// <summary>A batch of matrix products, and what of operands and device the choice of its kernel depends on.</summary>
public readonly record struct MatMulRequest
{
    /// <summary>A request for one batch, with operands aligned to 16 bytes and no finish.</summary>
    /// <param name="product">Sizes and strides, bias, whether the target accumulates. Pieces and aligned stores are chosen.</param>
    /// <param name="batch">Number of products; the target is [batch, rows, columns].</param>
    public MatMulRequest(MatrixProduct product, int batch)
    {
        Product = product;
        Batch = batch;
        Element = typeof(float);
        Finish = typeof(Unchanged);
        LeftAlignment = RightAlignment = TargetAlignment = MostAlignment;
        Missing = [];
    }

    const int MostAlignment = 16;

    /// <summary>Sizes and strides of one product, and of the step from one to the next.</summary>
    public MatrixProduct Product { get; init; }

    /// <summary>Number of products.</summary>
    public int Batch { get; init; }

    /// <summary>float or double.</summary>
    public Type Element { get; init; }

    /// <summary>The pointwise operator that finishes each element: an <see cref="IUnaryOperator"/>.</summary>
    public Type Finish { get; init; }

    /// <summary>Rounding of operands that is allowed; f64 ignores it.</summary>
    public MatMulPrecision Precision { get; init; }

    /// <summary>The left operand's address is a multiple of as many bytes, as <see cref="AlignmentOf"/> says.</summary>
    public int LeftAlignment { get; init; }

    /// <summary>The same of the right operand.</summary>
    public int RightAlignment { get; init; }

    /// <summary>The same of the target.</summary>
    public int TargetAlignment { get; init; }

    /// <summary>Multiprocessors of the device.</summary>
    public int Multiprocessors { get; init; }

    /// <summary>Threads that a block may have, a multiple of 32.</summary>
    public int BlockThreads { get; init; }

    /// <summary>Whether warps of 32 threads exchange registers.</summary>
    public bool HasWarps { get; init; }

    /// <summary>What was measured on the device; null for the shipped defaults.</summary>
    public MatMulTuning? Tuning { get; init; }

    /// <summary>Name of the tile to take if it can compute the product, whatever else speaks for another; null for no wish.</summary>
    public string? Tile { get; init; }

    /// <summary>Whether four warps multiply matrices from shared memory together.</summary>
    public bool HasWarpGroups { get; init; }

    /// <summary>Whether the device has a kernel; null if it has all, since a compiler makes them. Where the pack of a program lacks the best kernel, the next best is taken.</summary>
    public Func<KernelReference, bool>? HasKernel { get; init; }

    /// <summary>Names of tiles and of other kernels of products that were found missing, by their lines.</summary>
    internal IReadOnlyList<string> Missing { get; init; }

    /// <summary>The request with what it depends on of a device.</summary>
    public MatMulRequest On(ILaunchDevice device) => this with
    {
        Multiprocessors = device.Multiprocessors, BlockThreads = device.BlockThreads, HasWarps = device.HasWarps, HasWarpGroups = device.HasWarpGroups, HasKernel = device.HasKernel,
    };

    /// <summary>The largest power of two up to 16 that divides an address.</summary>
    public static int AlignmentOf(ulong address) => 1 << Math.Min(BitOperations.TrailingZeroCount(address), BitOperations.Log2(MostAlignment));
}
