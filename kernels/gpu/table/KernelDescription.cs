using System.Reflection;

namespace Adjoint.Kernels.Gpu;

/// <summary>What a kernel promises or needs.</summary>
[Flags]
public enum KernelTraits
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Moves 16 bytes at a time: its views start at multiples of 16 bytes, and its text has vector loads.</summary>
    VectorLoads = 1,

    /// <summary>Threads of a warp exchange registers; a block is a whole number of warps.</summary>
    Warps = 2,

    /// <summary>Multiplies small matrices in one instruction of a warp.</summary>
    MatrixUnits = 4,

    /// <summary>Copies to shared memory while it computes.</summary>
    AsynchronousCopies = 8,

    /// <summary>Threads share nothing and know only their number in the grid, so that blocks of any size give the same bits.</summary>
    Independent = 16,
}

/// <summary>One line of the table of kernels.</summary>
public sealed record KernelDescription
{
    /// <summary>Folder and group.</summary>
    public required string Family { get; init; }

    /// <summary>Name, an identifier; entry points add the type arguments.</summary>
    public required string Name { get; init; }

    /// <summary>The static method; a definition if it is generic.</summary>
    public required MethodInfo Method { get; init; }

    /// <summary>Threads of a block at most.</summary>
    public int Threads { get; init; } = 256;

    /// <summary>Blocks that a multiprocessor is to hold; with the threads they bound the registers that the driver may use.</summary>
    public int BlocksPerMultiprocessor { get; init; } = 2;

    /// <summary>Registers of a thread at most, checked by assembling; the second number counts for every target of 9.0.</summary>
    public required (int Sm80, int Sm90) Registers { get; init; }

    /// <summary>Shared memory to ask for at a launch, in bytes.</summary>
    public int DynamicSharedBytes { get; init; }

    /// <summary>What it promises or needs.</summary>
    public KernelTraits Traits { get; init; }

    /// <summary>The one target that it is compiled for, where it uses instructions of its own; null for kernels that compile for every target.</summary>
    public KernelTarget? OnlyTarget { get; init; }

    /// <summary>The targets that it is checked for.</summary>
    public IReadOnlyList<KernelTarget> Targets => TargetsAmong(KernelTarget.Checked);

    /// <summary>The targets of some that it is compiled for: all, or its only one where one of them is of its compute capability, else none.</summary>
    public IReadOnlyList<KernelTarget> TargetsAmong(IReadOnlyList<KernelTarget> targets)
    {
        if (OnlyTarget is not { } only) return targets;
        return targets.Any(target => (target.Major, target.Minor) == (only.Major, only.Minor)) ? [only] : [];
    }

    /// <summary>The type arguments that tests compile; one empty list for a method that is not generic.</summary>
    public IReadOnlyList<Type[]> Checked { get; init; } = [[]];

    /// <summary>The kernel with type arguments.</summary>
    /// <exception cref="ArgumentException">The method takes other ones.</exception>
    public Kernel With(params Type[] arguments) => new(this, arguments);
}
