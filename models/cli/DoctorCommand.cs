using System.CommandLine;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Adjoint.Gpu;
using Adjoint.Kernels.Gpu;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint doctor</c>: what this machine and process offer.</summary>
static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand("doctor", "Show runtime, SIMD width, threads, memory, settings and drivers", "doctor", "doctor --json") { json };
        command.SetAction(parsed =>
        {
            (string Name, string Value)[] facts = [.. Facts(), .. SettingValues()];
            if (parsed.GetValue(json))
            {
                context.WriteJson(writer =>
                {
                    foreach ((string name, string value) in facts) writer.WriteString(name, value);
                });
            }
            else
            {
                context.WriteTable(new Table(["fact", "value"], [.. facts.Select(fact => (string[])[fact.Name, fact.Value])]));
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static (string, string)[] Facts() =>
    [
        ("adjoint", typeof(DoctorCommand).Assembly.GetName().Version!.ToString(3)),
        ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
        ("system", RuntimeInformation.OSDescription),
        ("simd", string.Create(CultureInfo.InvariantCulture, $"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits")),
        ("processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("threads", Settings.Threads.ToString(CultureInfo.InvariantCulture)),
        ("memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0:F1} GiB for this process")),
        ("garbage collector", $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {(GCSettings.LatencyMode == GCLatencyMode.Batch ? "not concurrent" : "concurrent")}"),
        ("cuda", CudaDriver.Probe().ToString().Replace("\n", "; ", StringComparison.Ordinal)),
        ("opencl", OpenClPlatform.Probe().ToString().Replace("\n", "; ", StringComparison.Ordinal)),
        ("data folder", $"{Path.GetFullPath(Settings.DataFolder)}{(Directory.Exists(Settings.DataFolder) ? "" : ", not there")}"),
    ];

    static IEnumerable<(string, string)> SettingValues() => Settings.All.Select(setting =>
        (setting.Name, $"{Environment.GetEnvironmentVariable(setting.Name) ?? $"not set (default {setting.Default})"}: {setting.Meaning}"));
}
