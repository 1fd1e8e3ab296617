namespace Adjoint.Kernels;

/// <summary>A compiled kernel with all that a launch needs to know. Plain data: who launches it needs no compiler.</summary>
public sealed record KernelImage
{
    /// <summary>Name of the entry point in <see cref="Text"/>, unique among kernels of one target.</summary>
    public required string Name { get; init; }

    /// <summary>The architecture it was compiled for, such as sm_90.</summary>
    public required string Target { get; init; }

    /// <summary>The kernel in the target's text form, ready for the driver.</summary>
    public required string Text { get; init; }

    /// <summary>Threads of a block at most; kernels are launched with as many unless their description says otherwise.</summary>
    public required int Threads { get; init; }

    /// <summary>Blocks that a multiprocessor is to hold at once; the driver limits registers accordingly.</summary>
    public required int BlocksPerMultiprocessor { get; init; }

    /// <summary>Bytes of shared memory that the kernel declares itself.</summary>
    public required int StaticSharedBytes { get; init; }

    /// <summary>Bytes of shared memory to ask for at the launch. Above 48 KB the driver must first be told so.</summary>
    public required int DynamicSharedBytes { get; init; }

    /// <summary>The arguments in order.</summary>
    public required IReadOnlyList<KernelParameter> Parameters { get; init; }

    /// <summary>Bytes of the argument buffer.</summary>
    public int ArgumentBytes => Parameters.Count == 0 ? 0 : Parameters[^1].Offset + Parameters[^1].Size;
}
