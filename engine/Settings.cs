using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Every switch of the engine: name, default, meaning. Nothing else reads the environment.</summary>
public static class Settings
{
    /// <summary>The switches as printed by <c>adjoint doctor</c>.</summary>
    public static IReadOnlyList<(string Name, string Default, string Meaning)> All { get; } =
    [
        ("ADJOINT_DEBUG", "0", "1: print each op; 2: with shapes and time; 3: print plans as they are recorded; 4: wait after each GPU kernel, so that an error names it; 5: print the first values of each result"),
        ("ADJOINT_THREADS", "all processors", "threads used by CPU kernels; results do not depend on it"),
        ("ADJOINT_CUDA_DRIVER", "the system's", "path of the CUDA driver library (libcuda.so.1, nvcuda.dll) to use instead"),
        ("ADJOINT_GPU_MATMUL", "exact", "exact, tf32 or bf16: how far f32 matrix products on a GPU may round their operands"),
        ("ADJOINT_KERNELS", "adjoint/kernels in the user's folder of local data", "folder in which compiled GPU kernels are kept between runs"),
        ("ADJOINT_PTXAS", "CUDA_HOME/bin or PATH", "path of the assembler ptxas, with which 'adjoint kernels check' counts registers and spills"),
        ("ADJOINT_DATA", "./data", "folder searched for data sets when --data is not given"),
    ];

    /// <summary>How much is printed to standard error about what runs; 0 is nothing.</summary>
    public static int DebugLevel { get; set; } = Number("ADJOINT_DEBUG", 0, 0, 5);

    /// <summary>Threads used by CPU kernels. Results are the same bits for any number.</summary>
    /// <exception cref="SettingException">Below 1.</exception>
    public static int Threads
    {
        get => Workers.Threads;
        set => Workers.Threads = Check.AtLeast(value, 1, "Threads");
    }

    /// <summary>Where tensors are made that are not told where: data, generators, parameters. A program sets it once, before it makes any.</summary>
    public static Device DefaultDevice { get; set; } = Device.Cpu;

    /// <summary>How far matrix products of f32 on a GPU may round their operands, which lets them use matrix units; sums are f32 in any case. The CPU never rounds.</summary>
    public static MatMulPrecision DevicePrecision { get; set; } = Precision("ADJOINT_GPU_MATMUL");

    /// <summary>Folder in which compiled GPU kernels are kept between runs; it may be deleted at any time.</summary>
    public static string KernelFolder { get; } = Environment.GetEnvironmentVariable("ADJOINT_KERNELS") is { Length: > 0 } kernels
        ? kernels
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "adjoint", "kernels");

    /// <summary>Folder of data sets.</summary>
    public static string DataFolder { get; } = Environment.GetEnvironmentVariable("ADJOINT_DATA") is { Length: > 0 } folder ? folder : "data";

    /// <summary>The CUDA driver library to use; null for the system's.</summary>
    public static string? CudaDriverPath { get; } = Environment.GetEnvironmentVariable("ADJOINT_CUDA_DRIVER") is { Length: > 0 } path ? path : null;

    /// <summary>The assembler of GPU kernels: what ADJOINT_PTXAS names, or ptxas in CUDA_HOME/bin or PATH; null if there is none. Nothing but checks needs it.</summary>
    public static string? AssemblerPath => Assembler.Value;

    // Looked for when first asked, not at the start of each program.
    static readonly Lazy<string?> Assembler = new(static () => AssemblerPaths().FirstOrDefault(File.Exists));

    static Settings() => Threads = Number("ADJOINT_THREADS", Environment.ProcessorCount, 1, 1024);

    static MatMulPrecision Precision(string name) => Environment.GetEnvironmentVariable(name) switch
    {
        null or "" or "exact" => MatMulPrecision.Exact,
        "tf32" => MatMulPrecision.Tf32,
        "bf16" => MatMulPrecision.Bf16,
        string other => throw new SettingException($"{name}={other} is none of exact, tf32, bf16. Change or unset it."),
    };

    static int Number(string name, int standard, int minimum, int maximum)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text) return standard;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum) return value;
        throw new SettingException($"{name}={text} is not a whole number from {minimum} to {maximum}. Change or unset it.");
    }

    static IEnumerable<string> AssemblerPaths()
    {
        string program = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        if (Environment.GetEnvironmentVariable("ADJOINT_PTXAS") is { Length: > 0 } named) yield return named;
        if (Environment.GetEnvironmentVariable("CUDA_HOME") is { Length: > 0 } home) yield return Path.Combine(home, "bin", program);
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) yield return Path.Combine(folder, program);
    }
}
