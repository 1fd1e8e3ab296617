using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;

namespace Adjoint.Tests.Gpu;

/// <summary>What the assembler made of one kernel.</summary>
public sealed record AssembledKernel(string Name, int Registers, int StackBytes, int SpillBytes);

/// <summary>The vendor's assembler for kernel text, where a machine has it: named by ADJOINT_PTXAS, in CUDA_HOME/bin, or in PATH.</summary>
static partial class Assembler
{
    /// <summary>Path of the program; null if there is none.</summary>
    public static string? Path { get; } = Candidates().FirstOrDefault(File.Exists);

    /// <summary>Assembles kernels of one target as one module.</summary>
    /// <exception cref="InvalidOperationException">The assembler rejects the text, or makes asynchronous products wait for each other; the message has its complaint.</exception>
    public static IReadOnlyList<AssembledKernel> Run(IEnumerable<KernelImage> kernels, KernelTarget target)
    {
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"kernels-{Guid.NewGuid():N}.ptx");
        try
        {
            File.WriteAllText(file, $".version {KernelTarget.InstructionSet}\n.target {target.Name}\n.address_size 64\n" + string.Concat(kernels.Select(kernel => PtxText.Body(kernel.Text))));
            using Process process = Process.Start(new ProcessStartInfo(Path!, ["-v", "-O3", $"-arch={target.Name}", file, "-o", file + ".out"]) { RedirectStandardError = true })!;
            string log = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException(string.Join('\n', log.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Take(5)));
            if (log.Contains("serialized", StringComparison.Ordinal)) throw new InvalidOperationException(log.Split('\n').First(line => line.Contains("serialized", StringComparison.Ordinal)));
            return [.. Read(log)];
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".out");
        }
    }

    /// <summary>The machine's instructions of one kernel in order, names with their modifiers; null where the disassembler is not beside the assembler.</summary>
    public static IReadOnlyList<string>? Instructions(KernelImage kernel)
    {
        string disassembler = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path!)!, OperatingSystem.IsWindows() ? "cuobjdump.exe" : "cuobjdump");
        if (!File.Exists(disassembler)) return null;
        string file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"kernel-{Guid.NewGuid():N}.ptx");
        try
        {
            File.WriteAllText(file, kernel.Text);
            using (Process assembler = Process.Start(new ProcessStartInfo(Path!, ["-O3", $"-arch={kernel.Target}", file, "-o", file + ".out"]))!) assembler.WaitForExit();
            using Process process = Process.Start(new ProcessStartInfo(disassembler, ["-sass", file + ".out"]) { RedirectStandardOutput = true })!;
            string listing = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return [.. Instruction().Matches(listing).Select(match => match.Groups[1].Value)];
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".out");
        }
    }

    // Properties of functions that a kernel calls follow its own; the kernel's registers, in the last line of its group, include theirs.
    static IEnumerable<AssembledKernel> Read(string log)
    {
        string? name = null;
        int stack = 0, spills = 0;
        foreach (string line in log.Split('\n'))
        {
            if (Entry().Match(line) is { Success: true } entry)
            {
                name = entry.Groups[1].Value;
                (stack, spills) = (0, 0);
            }
            else if (Frame().Match(line) is { Success: true } frame)
            {
                stack += Number(frame.Groups[1].Value);
                spills += Number(frame.Groups[2].Value) + Number(frame.Groups[3].Value);
            }
            else if (Used().Match(line) is { Success: true } used && name is not null)
            {
                yield return new(name, Number(used.Groups[1].Value), stack, spills);
            }
        }
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static IEnumerable<string> Candidates()
    {
        string program = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        if (Environment.GetEnvironmentVariable("ADJOINT_PTXAS") is { Length: > 0 } named) yield return named;
        if (Environment.GetEnvironmentVariable("CUDA_HOME") is { Length: > 0 } home) yield return System.IO.Path.Combine(home, "bin", program);
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return System.IO.Path.Combine(folder, program);
    }

    [GeneratedRegex(@"Compiling entry function '(\w+)'")]
    private static partial Regex Entry();

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P[0-9T]+ )?([A-Z][A-Za-z0-9_.]*)", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Used();
}
