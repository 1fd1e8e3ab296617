using System.Diagnostics;
using System.Globalization;

namespace Adjoint.Bench;

/// <summary>PyTorch and JAX on the same device, by a script that prints a line a figure; those that are not installed are said and left out.</summary>
static class GpuPeers
{
    /// <summary>Whether Python with PyTorch or JAX can be started.</summary>
    public static bool Exists(string python, string module)
    {
        try
        {
            return Checkout.Run(python, ["-c", $"import {module}"]).ExitCode == 0;
        }
        catch (BenchException)
        {
            return false;
        }
    }

    /// <summary>Runs the script for as long as there is time, and takes over its lines.</summary>
    public static void Run(GpuRun run, string python)
    {
        string[] modules = [.. ((string[])["torch", "jax"]).Where(module => Exists(python, module))];
        if (!modules.Contains("torch")) Console.Error.WriteLine($"bench gpu: no PyTorch for '{python}', so nothing is compared with it. Install it, or name another Python by --peer.");
        if (!modules.Contains("jax")) Console.Error.WriteLine($"bench gpu: no JAX for '{python}', so nothing is compared with it.");
        if (modules.Length == 0) return;
        string script = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"adjoint-gpu-peers-{Environment.ProcessId}.py"));
        File.WriteAllText(script, Embedded.Text("gpu_peers.py"));
        try
        {
            string seconds = Math.Max(1, run.SecondsLeft).ToString("F0", CultureInfo.InvariantCulture);
            var start = new ProcessStartInfo(python, [script, "--seconds", seconds, .. modules]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Take(run, line.Data);
            process.ErrorDataReceived += static (_, line) =>
            {
                if (line.Data is { } text && text.StartsWith("peer:", StringComparison.Ordinal)) Console.Error.WriteLine($"bench gpu: {text}");
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(TimeSpan.FromSeconds(Math.Max(1, run.SecondsLeft))))
            {
                process.Kill(entireProcessTree: true);
                Console.Error.WriteLine("bench gpu: the peers were stopped, since the time is over. Raise --seconds.");
            }

            process.WaitForExit();
        }
        finally
        {
            File.Delete(script);
        }
    }

    static void Take(GpuRun run, string? line)
    {
        if (line is not null && Measurement.Parse(line.Trim()) is { } one) run.Line(one.Case, one.Variant, [.. one.Figures]);
    }
}
