namespace Adjoint.Kernels.Gpu;

/// <summary>The architecture and instruction-set version that a kernel is compiled for.</summary>
/// <param name="Major">Major compute capability.</param>
/// <param name="Minor">Minor compute capability.</param>
/// <param name="IsSpecific">Whether instructions of this one architecture may be used (the "a" of sm_90a); such text runs on no other.</param>
public readonly record struct KernelTarget(int Major, int Minor, bool IsSpecific = false)
{
    /// <summary>The oldest architecture that the kernels support.</summary>
    public static KernelTarget Sm80 { get; } = new(8, 0);

    /// <summary>Compute capability 9.0, portable to later ones.</summary>
    public static KernelTarget Sm90 { get; } = new(9, 0);

    /// <summary>Compute capability 9.0 with its own instructions: asynchronous matrix products and bulk copies.</summary>
    public static KernelTarget Sm90A { get; } = new(9, 0, true);

    /// <summary>The targets that every kernel is checked for.</summary>
    public static IReadOnlyList<KernelTarget> Checked { get; } = [Sm80, Sm90];

    /// <summary>The targets that the text's instruction set knows and the kernels support.</summary>
    public static IReadOnlyList<KernelTarget> Known { get; } = [Sm80, new(8, 6), new(8, 7), new(8, 9), Sm90, Sm90A];

    /// <summary>The version of the text's instruction set: 8.0, the first to know compute capability 9.0 whole; drivers from branch 525 on read it.</summary>
    public static string InstructionSet => "8.0";

    /// <summary>The target's name in kernel text, such as sm_90a.</summary>
    public string Name => $"sm_{Major}{Minor}{(IsSpecific ? "a" : "")}";

    /// <summary>The newest target that a device of the given compute capability runs.</summary>
    /// <exception cref="ArgumentException">The device is older than 8.0.</exception>
    public static KernelTarget ForDevice(int major, int minor)
    {
        if (major < Sm80.Major)
            throw new ArgumentException($"Kernels need compute capability 8.0, the device has {major}.{minor}. Use another device?");
        return major >= Sm90.Major ? Sm90 : Sm80;
    }

    /// <summary>Whether a device of the given compute capability runs what is compiled for the target.</summary>
    public bool RunsOn(int major, int minor) => IsSpecific ? (major, minor) == (Major, Minor) : (major, minor).CompareTo((Major, Minor)) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
