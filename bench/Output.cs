using System.Globalization;
using System.Text;

namespace Adjoint.Bench;

/// <summary>One line a measurement: aligned text, or a JSON object.</summary>
sealed class Output(bool json)
{
    /// <summary>Writes a measurement: its label, then names and values.</summary>
    public void Line(string mode, string label, params ReadOnlySpan<(string Name, double Value)> figures)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, json ? $"{{\"mode\":\"{mode}\",\"case\":\"{label}\"" : $"{label,-28}");
        foreach (var (name, value) in figures)
            text.Append(CultureInfo.InvariantCulture, json ? $",\"{name}\":{value:R}" : $"  {name} {value,10:G5}");
        Console.WriteLine(json ? text.Append('}') : text);
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
            times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
