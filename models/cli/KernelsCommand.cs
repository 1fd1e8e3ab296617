using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint kernels</c>: the GPU kernels of the engine. This part lists them and shows their text.</summary>
static class KernelsCommand
{
    static readonly KernelTraits[] Traits = [KernelTraits.VectorLoads, KernelTraits.Warps, KernelTraits.MatrixUnits, KernelTraits.AsynchronousCopies, KernelTraits.Independent];

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "kernels", "List, show, check and pack the engine's GPU kernels, for which no GPU is needed; tune matrix products on one",
            "kernels list", "kernels ptx dense_unary_Relu_f32", "kernels check", "kernels pack engine.kernels", "kernels tune --device cuda:0")
        {
            List(context), Text(context), KernelsCheckCommand.Create(context), KernelsPackCommand.Create(context), KernelsTuneCommand.Create(context),
        };
        command.SetAction(parsed => new HelpWithExamples(new System.CommandLine.Help.HelpAction(), context.Models).Invoke(parsed));
        return command;
    }

    /// <summary>Targets by their names, such as <c>sm_80,sm_90</c>; null where the option was not given.</summary>
    /// <exception cref="SettingException">A name is not that of a target.</exception>
    public static IReadOnlyList<KernelTarget>? Targets(ParseResult parsed, Option<string?> option)
    {
        if (Usage.Text(parsed, option) is not { } text) return null;
        string[] known = [.. KernelTarget.Known.Select(static target => target.Name)];
        return [.. text.Split(',').Distinct().Select(name => known.Contains(name)
            ? KernelTarget.Known[Array.IndexOf(known, name)]
            : throw new SettingException($"No target '{Names.Show(name)}'.{Names.DidYouMean(name, known)} Targets: {string.Join(", ", known)}."))];
    }

    /// <summary>The kernel of a name.</summary>
    /// <exception cref="SettingException">There is none; the message shows names that are near.</exception>
    public static Kernel Find(string name)
    {
        if (EngineKernels.All.TryGetValue(name, out Kernel? kernel)) return kernel;
        string[] near = [.. EngineKernels.All.Keys.OrderByDescending(one => one.AsSpan().CommonPrefixLength(name)).ThenBy(static one => one, StringComparer.Ordinal).Take(4)];
        throw new SettingException(
            $"No kernel '{Names.Show(name)}'.{Names.DidYouMean(name, EngineKernels.All.Keys)} Near are {string.Join(", ", near)}; 'adjoint kernels list --json' has all names but operators.");
    }

    static ExampleCommand List(CommandContext context)
    {
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand("list", "List the table of kernels: launch bounds, registers allowed, traits, the types that are checked", "kernels list", "kernels list --json") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                foreach (KernelDescription line in KernelTable.All) WriteJson(context, line);
            }
            else
            {
                context.WriteTable(new Table(
                    ["kernel", "family", "threads", "registers sm_80", "sm_90", "traits", "types"],
                    [.. KernelTable.All.Select(static line => (string[])
                    [
                        line.Name, line.Family, Text(line.Threads), Text(line.Registers.Sm80), Text(line.Registers.Sm90), string.Join(", ", TraitsOf(line)),
                        string.Join(" ", NamesOf(line).Select(name => name.Length > line.Name.Length ? name[(line.Name.Length + 1)..] : "")),
                    ])]));
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static void WriteJson(CommandContext context, KernelDescription line) => context.WriteJson(writer =>
    {
        writer.WriteString("kernel", line.Name);
        writer.WriteString("family", line.Family);
        writer.WriteNumber("threads", line.Threads);
        writer.WriteNumber("registers_sm_80", line.Registers.Sm80);
        writer.WriteNumber("registers_sm_90", line.Registers.Sm90);
        writer.WriteString("traits", string.Join(", ", TraitsOf(line)));
        writer.WriteStartArray("names");
        foreach (string name in NamesOf(line)) writer.WriteStringValue(name);
        writer.WriteEndArray();
    });

    static ExampleCommand Text(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of a kernel, as in 'adjoint kernels list' or in a message; operators are found by their C# names" };
        Option<string?> target = Usage.Value("--target", "SM", $"architecture: {string.Join(", ", KernelTarget.Known)} (default: sm_90)");
        Option<string?> file = Usage.Value("--out", "FILE", "write the text there instead");
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "ptx", "Compile a kernel and show its text", "kernels ptx dense_unary_Relu_f32", "kernels ptx softmax_f32_WarpTeam --target sm_80 --out softmax.ptx") { name, target, file, json };
        command.SetAction(parsed =>
        {
            KernelTarget chosen = Targets(parsed, target) switch
            {
                null => KernelTarget.Sm90,
                [var one] => one,
                _ => throw new SettingException($"{target.Name} names several targets. Name one."),
            };
            Kernel kernel = Find(parsed.GetValue(name) ?? "");
            string? path = Usage.Text(parsed, file);
            using var compiler = new KernelCompiler();
            long started = Stopwatch.GetTimestamp();
            KernelImage image = compiler.Compile(kernel, chosen);
            double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            string time = string.Create(CultureInfo.InvariantCulture, $"compiled in {milliseconds:F0} ms");
            if (path is not null) AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(image.Text)));
            if (parsed.GetValue(json))
            {
                context.WriteJson(writer =>
                {
                    writer.WriteString("kernel", image.Name);
                    writer.WriteString("target", image.Target);
                    writer.WriteNumber("milliseconds", Math.Round(milliseconds));
                    writer.WriteNumber("static_shared_bytes", image.StaticSharedBytes);
                    writer.WriteString(path is null ? "text" : "file", path is null ? image.Text : Path.GetFullPath(path));
                });
            }
            else if (path is not null) context.Output.WriteLine($"{image.Name} for {image.Target}, {time}, in {Path.GetFullPath(path)}");
            else
            {
                context.Output.WriteLine($"// {image.Name} for {image.Target}, {time}, start of the compiler included");
                context.Output.Write(image.Text);
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static IEnumerable<string> TraitsOf(KernelDescription line) => Traits.Where(trait => line.Traits.HasFlag(trait)).Select(static trait => trait.ToString());

    static IEnumerable<string> NamesOf(KernelDescription line) => line.Checked.Select(arguments => line.With(arguments).Name);
}
