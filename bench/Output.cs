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
        text.Append(json ? $"{{\"mode\":\"{mode}\",\"case\":\"{label}\"" : $"{label,-16}");
        foreach (var (name, value) in figures)
        {
            if (json) text.Append(CultureInfo.InvariantCulture, $",\"{name}\":{value:R}");
            else text.Append(CultureInfo.InvariantCulture, $"  {name} {value,8:G4}");
        }

        Console.WriteLine(json ? text.Append('}') : text);
    }

    /// <summary>Writes the time of a training step under the names that peers use.</summary>
    public void Step(string workload, int threads, string variant, double microseconds, double error)
    {
        Console.WriteLine(json
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"mode\":\"step\",\"workload\":\"{workload}\",\"threads\":{threads},\"variant\":\"{variant}\",\"us_per_step\":{microseconds:F1},\"loss_error\":{error:G3}}}")
            : string.Create(CultureInfo.InvariantCulture, $"{workload,-14} {threads} thread{(threads == 1 ? " " : "s")}  {variant,-5} {microseconds,9:F1} us a step, losses within {error:G3} of f64"));
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
