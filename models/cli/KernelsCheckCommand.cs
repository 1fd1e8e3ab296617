using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint kernels check</c>: compiles every kernel, and assembles it where ptxas is there.</summary>
sealed class KernelsCheckCommand
{
    const int KernelsBetweenReports = 50;

    readonly CommandContext context;
    readonly Argument<string?> prefix = new("PREFIX") { Description = "only kernels whose names begin so", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<string?> targets = Usage.Value("--target", "SM,SM", $"architectures (default: {string.Join(",", KernelTarget.Checked)})");
    readonly Option<bool> json = Usage.JsonSwitch();

    KernelsCheckCommand(CommandContext context) => this.context = context;

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var parts = new KernelsCheckCommand(context);
        var command = new ExampleCommand(
            "check", "Compile every kernel, with every operator of the engine; where ptxas is there (ADJOINT_PTXAS, CUDA_HOME/bin, PATH), count registers, spills and stack",
            "kernels check", "kernels check softmax --target sm_90 --json") { parts.prefix, parts.targets, parts.json };
        command.SetAction(parts.Run);
        return command;
    }

    int Run(ParseResult parsed)
    {
        IReadOnlyList<KernelTarget> chosen = KernelsCommand.Targets(parsed, targets) ?? KernelTarget.Checked;
        string begin = parsed.GetValue(prefix) ?? "";
        Kernel[] kernels = [.. EngineKernels.All.Values.Where(kernel => kernel.Name.StartsWith(begin, StringComparison.Ordinal))];
        if (kernels.Length == 0) KernelsCommand.Find(begin);
        var byTarget = kernels.SelectMany(kernel => kernel.Description.TargetsAmong(chosen), static (kernel, target) => (Kernel: kernel, Target: target)).ToLookup(static one => one.Target, static one => one.Kernel);
        if (byTarget.Count == 0) throw new SettingException($"No kernel '{Names.Show(begin)}' is made for {string.Join(" or ", chosen)}. Leave --target out.");
        bool isJson = parsed.GetValue(json);
        long started = Stopwatch.GetTimestamp();
        var lines = new List<Line>();
        using IDisposable signals = context.Stop.Listen();
        using (var compiler = new KernelCompiler())
        {
            foreach (var group in byTarget) lines.AddRange(Check(compiler, [.. group], group.Key, isJson));
        }

        TimeSpan time = Stopwatch.GetElapsedTime(started);
        int failed = lines.Count(static line => line.Problem is not null);
        if (isJson) WriteJson(lines, time);
        else Write(lines, time);
        return failed == 0 ? AdjointCommand.Success : AdjointCommand.Failure;
    }

    List<Line> Check(KernelCompiler compiler, Kernel[] kernels, KernelTarget target, bool isJson)
    {
        var lines = new List<Line>();
        var images = new List<KernelImage>();
        foreach (Kernel kernel in kernels)
        {
            if (context.Stop.IsRequested) throw new OperationCanceledException();
            try
            {
                images.Add(compiler.Compile(kernel, target));
                lines.Add(new Line(kernel, target, null, null));
            }
            catch (KernelCompileException failure)
            {
                lines.Add(new Line(kernel, target, null, failure.Reason));
            }

            if (!isJson && lines.Count % KernelsBetweenReports == 0) context.Output.WriteLine($"{target}: {lines.Count} of {kernels.Length} compiled");
        }

        if (Settings.AssemblerPath is not { } path || images.Count == 0) return lines;
        if (!isJson) context.Output.WriteLine($"{target}: assembling {images.Count}");
        var assembled = new Assembler(path).Run(images, target).ToDictionary(static one => one.Name, StringComparer.Ordinal);
        return lines.ConvertAll(line => line.Problem is null ? line with { Assembled = assembled.GetValueOrDefault(line.Kernel.Name) } : line).ConvertAll(Judge);
    }

    // Registers are promised for the targets that are checked; a newer one has the second number.
    static Line Judge(Line line)
    {
        if (line.Problem is not null) return line;
        if (line.Assembled is not { } one) return line with { Problem = "ptxas does not mention it" };
        int allowed = line.Target.Major < KernelTarget.Sm90.Major ? line.Kernel.Description.Registers.Sm80 : line.Kernel.Description.Registers.Sm90;
        string? problem = one.SpillBytes > 0 ? "spills" : one.StackBytes > 0 ? "has a stack" : one.Registers > allowed ? $"takes more registers than the {allowed} allowed" : null;
        return line with { Problem = problem };
    }

    void Write(List<Line> lines, TimeSpan time)
    {
        bool isAssembled = Settings.AssemblerPath is not null;
        if (isAssembled)
        {
            context.WriteTable(new Table(
                ["kernel", "target", "registers", "spills", "stack", "problem"],
                [.. lines.Select(static line => (string[])
                    [line.Kernel.Name, line.Target.Name, Text(line.Assembled?.Registers), Text(line.Assembled?.SpillBytes), Text(line.Assembled?.StackBytes), line.Problem ?? ""])]));
        }

        foreach (Line line in lines.Where(static line => line.Problem is not null)) context.Output.WriteLine($"FAILED {line.Kernel.Name} {line.Target}: {line.Problem}");
        string assembler = isAssembled ? "assembled" : "not assembled: no ptxas (set ADJOINT_PTXAS, or add it to PATH)";
        context.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{lines.Count} kernels compiled in {time.TotalSeconds:F1} s, {assembler}, {lines.Count(static line => line.Problem is not null)} failed"));
    }

    void WriteJson(List<Line> lines, TimeSpan time)
    {
        foreach (Line line in lines)
        {
            context.WriteJson(writer =>
            {
                writer.WriteString("kernel", line.Kernel.Name);
                writer.WriteString("target", line.Target.Name);
                writer.WriteBoolean("passed", line.Problem is null);
                if (line.Problem is not null) writer.WriteString("problem", line.Problem);
                if (line.Assembled is not { } one) return;
                writer.WriteNumber("registers", one.Registers);
                writer.WriteNumber("spill_bytes", one.SpillBytes);
                writer.WriteNumber("stack_bytes", one.StackBytes);
            });
        }

        context.WriteJson(writer =>
        {
            writer.WriteString("event", "result");
            writer.WriteNumber("kernels", lines.Count);
            writer.WriteNumber("failed", lines.Count(static line => line.Problem is not null));
            writer.WriteBoolean("assembled", Settings.AssemblerPath is not null);
            writer.WriteNumber("seconds", Math.Round(time.TotalSeconds, 1));
        });
    }

    static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    sealed record Line(Kernel Kernel, KernelTarget Target, AssembledKernel? Assembled, string? Problem);
}
