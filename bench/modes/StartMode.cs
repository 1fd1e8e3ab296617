using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Adjoint.Bench;

/// <summary>
/// A NativeAOT program that loads a safetensors model and predicts: its size, and the time from the start of the process to its end. The program is tests/aot, which
/// first trains and writes the model. Its limits are what an embedder is promised, so they are times and bytes.
/// </summary>
static class StartMode
{
    const double MostMilliseconds = 15, MostMegabytes = 6;
    const int WarmUp = 5, Runs = 20;

    public static bool Run(Output output)
    {
        string[] linkers = OperatingSystem.IsWindows() ? ["link.exe"] : ["clang", "gcc"];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!linkers.Any(linker => folders.Any(folder => File.Exists(Path.Combine(folder, linker)))))
        {
            Console.Error.WriteLine($"bench start: skipped, since NativeAOT links with {string.Join(" or ", linkers)}, and the PATH holds none. Install one.");
            return true;
        }

        string build = Path.Combine(Checkout.Root, "artifacts", "start"), program = Path.Combine(build, "out", "adjoint-aot"), model = Path.Combine(build, "model.safetensors");
        if (OperatingSystem.IsWindows()) program += ".exe";
        Require("dotnet", "publish", Path.Combine("tests", "aot", "Aot.csproj"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", Path.Combine(build, "out"), $"-p:ArtifactsPath={Path.Combine(build, "build")}");
        Require(program, model);
        for (int i = 0; i < WarmUp; i++) Time(program, model);
        double[] times = [.. Enumerable.Range(0, Runs).Select(_ => Time(program, model)).Order()];
        double milliseconds = times[Runs / 2] * 1e3, megabytes = new FileInfo(program).Length / 1e6;
        output.Line("start", "load and predict", ("ms", milliseconds), ("fastest_ms", times[0] * 1e3), ("size_mb", megabytes));
        if (milliseconds > MostMilliseconds) Console.Error.WriteLine($"bench start: {milliseconds:F1} ms are above the limit of {MostMilliseconds} ms.");
        if (megabytes > MostMegabytes) Console.Error.WriteLine($"bench start: {megabytes:F2} MB are above the limit of {MostMegabytes} MB.");
        return milliseconds <= MostMilliseconds && megabytes <= MostMegabytes;
    }

    static void Require(string program, params string[] arguments)
    {
        var (exit, output, errors) = Checkout.Run(program, arguments);
        if (exit != 0) throw new BenchException($"'{program} {string.Join(' ', arguments)}' ended with {exit}: {(errors + output).Trim().Split('\n')[^1].Trim()}. Run it alone to see why.");
    }

    // Nothing of the program's output is read while the clock runs.
    static double Time(string program, string model)
    {
        var start = new ProcessStartInfo(program, ["predict", model]) { RedirectStandardOutput = true };
        long begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (process.ExitCode != 0) throw new BenchException($"{program} predict ended with {process.ExitCode}. Run it alone to see why.");
        return seconds;
    }
}
