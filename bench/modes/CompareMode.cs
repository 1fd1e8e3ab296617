using System.Globalization;

namespace Adjoint.Bench;

/// <summary>
/// Ours beside its peers, taking turns, so that all meet the same minutes of a shared machine. A peer is a command; the number of threads is appended, and it prints a JSON
/// object a line: <c>{"workload","threads","us_per_step"}</c> for steps, <c>{"op","threads","ns"}</c> for ops, with a <c>variant</c> if it has several.
/// </summary>
static class CompareMode
{
    public static bool Run(Output output)
    {
        Options options = output.Options;
        if (options.Peers.Count == 0) throw new BenchException("compare has no peer. Add --peer COMMAND; bench/README.md names some.");
        string mode = options.Ops ? "ops" : "step", figure = options.Ops ? "ns" : "us_per_step";
        var times = new Dictionary<(string Who, string Case, int Threads), List<double>>();
        var cases = new List<(string Case, int Threads)>();
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Measurement line in Ours(mode)) Take("ours " + line.Variant, line);
            foreach (string peer in options.Peers)
            {
                foreach (int threads in Threads())
                {
                    foreach (Measurement line in Peer(peer, threads)) Take($"peer{(options.Peers.Count > 1 ? $" {options.Peers.ToList().IndexOf(peer) + 1}" : "")} {line.Variant}", line);
                }
            }
        }

        foreach (var (name, threads) in cases) Report(output, figure, name, threads, times);
        return true;

        void Take(string who, Measurement line)
        {
            if (line[figure] is not { } time || line["threads"] is not { } count) return;
            var key = (who.Trim(), line.Case, (int)count);
            if (!times.TryGetValue(key, out List<double>? list)) times[key] = list = [];
            list.Add(time);
            if (!cases.Contains((key.Case, key.Item3))) cases.Add((key.Case, key.Item3));
        }
    }

    // The ratio is the fastest peer's time through that of our plan, or of our ops where there is no plan.
    static void Report(Output output, string figure, string name, int threads, Dictionary<(string Who, string Case, int Threads), List<double>> times)
    {
        var own = new List<(string Name, double Value)>();
        var peers = new List<(string Name, double Value)>();
        foreach (var (key, list) in times)
        {
            if (key.Case != name || key.Threads != threads) continue;
            list.Sort();
            (key.Who.StartsWith("ours", StringComparison.Ordinal) ? own : peers).Add(($"{key.Who.Replace(' ', '_')}_{figure}", list[list.Count / 2]));
        }

        if (own.Count == 0 || peers.Count == 0) return;
        var plans = own.FindAll(static one => one.Name.StartsWith("ours_plan", StringComparison.Ordinal));
        double ratio = peers.Min(static one => one.Value) / (plans.Count > 0 ? plans : own).Min(static one => one.Value);
        output.Line("compare", name, [("threads", threads), .. own, .. peers, ("ratio", ratio)]);
    }

    static int[] Threads() => Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

    static Measurement[] Ours(string mode)
    {
        string self = typeof(CompareMode).Assembly.GetName().Name + ".dll";
        return Lines($"bench {mode}", Checkout.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, self), mode, "--json"]), mustSucceed: false);
    }

    static Measurement[] Peer(string command, int threads)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{command} {threads}");
        return Lines(line, OperatingSystem.IsWindows()
            ? Checkout.Run("cmd", ["/c", line], Environment.CurrentDirectory)
            : Checkout.Run("sh", ["-c", line], Environment.CurrentDirectory), mustSucceed: true);
    }

    // A mode of ours that misses a floor has measured nevertheless.
    static Measurement[] Lines(string command, (int ExitCode, string Output, string Errors) run, bool mustSucceed)
    {
        Measurement[] lines = [.. run.Output.Split('\n').Select(static line => Measurement.Parse(line.Trim())).OfType<Measurement>()];
        if (lines.Length > 0 && (run.ExitCode == 0 || !mustSucceed)) return lines;
        string last = run.Errors.Trim().Split('\n')[^1].Trim();
        throw new BenchException($"'{command}' ended with {run.ExitCode} after {lines.Length} figures: {last}. Run it alone to see why.");
    }
}
