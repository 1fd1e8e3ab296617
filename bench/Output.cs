using System.Globalization;
using System.Text;

namespace Adjoint.Bench;

/// <summary>Where figures go: aligned text or a JSON object a line, the list of results, and the comparison with the floors.</summary>
sealed class Output(Options options, IReadOnlyList<SpeedFloor> floors)
{
    readonly List<Measurement> measurements = [];

    /// <summary>What the command line asked for.</summary>
    public Options Options => options;

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<Measurement> Measurements => measurements;

    /// <summary>Whether every figure so far reached its floor.</summary>
    public bool FloorsReached { get; private set; } = true;

    /// <summary>Writes a measurement: its label, then names and values.</summary>
    public void Line(string mode, string label, params ReadOnlySpan<(string Name, double Value)> figures)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{label,-26}");
        foreach (var (name, value) in figures) text.Append(CultureInfo.InvariantCulture, $"  {name} {value,8:G4}");
        Add(new Measurement(mode, label, "", [.. figures]), text.ToString());
    }

    /// <summary>Writes the time of a training step under the names that peers use.</summary>
    public void Step(string workload, int threads, string variant, double microseconds, double error)
    {
        Add(
            new Measurement("step", workload, variant, [("threads", threads), ("us_per_step", microseconds), ("loss_error", error)]),
            string.Create(CultureInfo.InvariantCulture, $"{workload,-14} {threads} thread{(threads == 1 ? " " : "s")}  {variant,-5} {microseconds,9:F1} us a step, losses within {error:G3} of f64"));
    }

    /// <summary>Median time of a call in seconds, after a warm-up, over repetitions that together take about <paramref name="seconds"/>.</summary>
    public static double MedianSeconds(Action action, double seconds = 0.5)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds / 4) action();
        var times = new List<double>();
        clock.Restart();
        while (clock.Elapsed.TotalSeconds < seconds || times.Count < 5)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            action();
            times.Add((System.Diagnostics.Stopwatch.GetTimestamp() - start) / (double)System.Diagnostics.Stopwatch.Frequency);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>What the results say besides machine, date and commit.</summary>
    public List<(string Name, string Value)> Facts { get; } = [];

    /// <summary>Writes a measurement that has a text already.</summary>
    public void Add(Measurement measurement, string text)
    {
        measurements.Add(measurement);
        Console.WriteLine(options.Json ? measurement.ToJson() : text);
        foreach (SpeedFloor floor in floors)
        {
            if (!floor.Applies(measurement) || measurement[floor.Figure] is not { } value || value >= floor.Least) continue;
            FloorsReached = false;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bench {measurement.Mode}: {floor}: {value:G4} is below the floor {floor.Least:G4}."));
        }
    }
}
