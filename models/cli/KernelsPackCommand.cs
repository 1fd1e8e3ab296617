using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;

namespace Adjoint.Commands;

/// <summary><c>adjoint kernels pack</c>: compiles what a program without the compiler has to carry.</summary>
static class KernelsPackCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "file to write; one that is there is replaced once the new one is whole" };
        Option<string?> targets = Usage.Value("--target", "SM,SM", $"architectures (default: {string.Join(",", KernelTarget.Checked)})");
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "pack", "Compile all kernels that the engine's ops need into one file, for programs without the compiler (NativeAOT)",
            "kernels pack engine.kernels", "kernels pack engine.kernels --target sm_90") { file, targets, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<KernelTarget> chosen = KernelsCommand.Targets(parsed, targets) ?? KernelTarget.Checked;
            string path = parsed.GetValue(file) is { Length: > 0 } named ? named : throw new SettingException("FILE is empty. Name a file.");
            long started = Stopwatch.GetTimestamp();
            IReadOnlyCollection<Kernel> kernels = [.. EngineKernels.Needed.Values];

            // The stream is opened first: a path that cannot be written is told before the work, not behind it.
            long bytes = 0;
            int count = 0;
            AtomicFile.Write(path, stream =>
            {
                using var compiler = new KernelCompiler();
                KernelPack made = compiler.Pack($"adjoint {typeof(KernelsPackCommand).Assembly.GetName().Version!.ToString(3)}", kernels, chosen);
                byte[] pack = made.ToBytes();
                count = made.Kernels.Select(static kernel => kernel.Name).Distinct(StringComparer.Ordinal).Count();
                stream.Write(pack);
                bytes = pack.Length;
            });
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (parsed.GetValue(json))
            {
                context.WriteJson(writer =>
                {
                    writer.WriteString("event", "result");
                    writer.WriteString("file", Path.GetFullPath(path));
                    writer.WriteNumber("kernels", count);
                    writer.WriteString("targets", string.Join(",", chosen));
                    writer.WriteNumber("bytes", bytes);
                    writer.WriteNumber("seconds", Math.Round(seconds, 1));
                });
            }
            else
            {
                context.Output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{count} kernels for {string.Join(", ", chosen)}, {bytes / 1e6:F1} MB, compiled in {seconds:F1} s, in {Path.GetFullPath(path)}"));
            }

            return AdjointCommand.Success;
        });
        return command;
    }
}
