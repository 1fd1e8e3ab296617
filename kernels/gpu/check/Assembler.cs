using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Adjoint.Kernels.Gpu;

/// <summary>What the assembler made of one kernel.</summary>
/// <param name="Name">Its entry point.</param>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="StackBytes">Local memory of a thread.</param>
/// <param name="SpillBytes">What is written to and read from local memory for want of registers, in bytes of instructions.</param>
public sealed record AssembledKernel(string Name, int Registers, int StackBytes, int SpillBytes);

/// <summary>The vendor's assembler for kernel text, ptxas: no program needs it, since drivers have their own; it tells what a kernel costs where there is no GPU.</summary>
/// <param name="path">Path of the program.</param>
public sealed partial class Assembler(string path)
{
    /// <summary>Assembles kernels of one target as one module.</summary>
    /// <exception cref="InvalidOperationException">The assembler rejects the text, or makes asynchronous products wait for each other; the message has its complaint.</exception>
    public IReadOnlyList<AssembledKernel> Run(IEnumerable<KernelImage> kernels, KernelTarget target)
    {
        string file = Path.Combine(Path.GetTempPath(), $"kernels-{Guid.NewGuid():N}.ptx");
        try
        {
            File.WriteAllText(file, $".version {KernelTarget.InstructionSet}\n.target {target.Name}\n.address_size 64\n" + string.Concat(kernels.Select(kernel => PtxText.Body(kernel.Text))));
            using Process process = Process.Start(new ProcessStartInfo(path, ["-v", "-O3", $"-arch={target.Name}", file, "-o", file + ".out"]) { RedirectStandardError = true })!;
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
    public IReadOnlyList<string>? Instructions(KernelImage kernel)
    {
        string disassembler = Path.Combine(Path.GetDirectoryName(path) ?? "", OperatingSystem.IsWindows() ? "cuobjdump.exe" : "cuobjdump");
        if (!File.Exists(disassembler)) return null;
        string file = Path.Combine(Path.GetTempPath(), $"kernel-{Guid.NewGuid():N}.ptx");
        try
        {
            File.WriteAllText(file, kernel.Text);
            using (Process assembler = Process.Start(new ProcessStartInfo(path, ["-O3", $"-arch={kernel.Target}", file, "-o", file + ".out"]))!) assembler.WaitForExit();
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

    [GeneratedRegex(@"Compiling entry function '(\w+)'")]
    private static partial Regex Entry();

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P[0-9T]+ )?([A-Z][A-Za-z0-9_.]*)", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Used();
}
