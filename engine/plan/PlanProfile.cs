using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Adjoint;

/// <summary>One kernel of a profiled plan.</summary>
/// <param name="Op">The op, or the ops of a chain.</param>
/// <param name="Operands">Dtypes and shapes of what it reads and writes.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Launches">Names of what it launches on a device, in order; none on the CPU.</param>
/// <param name="Seconds">Median time. On the CPU reading the clock adds some 20 ns; on a device that has marks in its stream it is the time between two of them, otherwise that of a call and its end.</param>
/// <param name="Bytes">Bytes that it reads and writes.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Bound">What limits it under the roof.</param>
/// <param name="PercentOfRoof">Share of the roof that it reaches, in percent: the least time that its bytes or operations take, through its time. Not a number where the roof is unknown.</param>
public sealed record KernelProfile(
    string Op, string Operands, Device Device, IReadOnlyList<string> Launches, double Seconds, long Bytes, long Flops, Bound Bound, double PercentOfRoof)
{
    /// <summary>Op and operands, as plans describe themselves.</summary>
    public override string ToString() => $"{Op,-18} {Operands}";
}

/// <summary>Where the time of a plan goes: its kernels in order, from <see cref="Plan.Profile"/>.</summary>
/// <param name="Kernels">The kernels in the order in which they run.</param>
/// <param name="Peaks">The roof of each device that takes part.</param>
public sealed record PlanProfile(IReadOnlyList<KernelProfile> Kernels, IReadOnlyDictionary<Device, RoofPeaks> Peaks)
{
    const double Microseconds = 1e6;

    /// <summary>Profiles of plans one after another, for a step that replays several; a plan that stands there twice is measured once, and its kernels are listed twice.</summary>
    /// <param name="plans">The plans in the order in which they run.</param>
    /// <param name="runs">Runs of each that count.</param>
    /// <exception cref="SettingException">Fewer than one run.</exception>
    public static PlanProfile Of(IReadOnlyList<Plan> plans, int runs = 100)
    {
        ArgumentNullException.ThrowIfNull(plans);
        Dictionary<Plan, PlanProfile> measured = plans.Distinct().ToDictionary(static plan => plan, plan => plan.Profile(runs));
        var peaks = new Dictionary<Device, RoofPeaks>();
        foreach (var (device, roof) in measured.Values.SelectMany(static one => one.Peaks)) peaks[device] = roof;
        return new PlanProfile([.. plans.SelectMany(plan => measured[plan].Kernels)], peaks);
    }

    /// <summary>Sum of the kernels' times in seconds.</summary>
    public double Seconds => Kernels.Sum(static kernel => kernel.Seconds);

    /// <summary>Kernels from the slowest on.</summary>
    public IEnumerable<KernelProfile> Slowest => Kernels.OrderByDescending(static kernel => kernel.Seconds);

    /// <summary>The slowest kernels as aligned text, one a line: time, share, bytes, operations, limit, percent of the roof.</summary>
    /// <param name="most">Kernels at most.</param>
    /// <exception cref="SettingException">Fewer than one kernel.</exception>
    public string Describe(int most = 20)
    {
        Check.AtLeast(most, 1, "Kernels to describe");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Kernels.Count} kernels, {Seconds * Microseconds:F1} us together");
        text.AppendLine("      us      %        bytes         flops  bound    % roof  kernel");
        foreach (KernelProfile one in Slowest.Take(most))
        {
            string roof = double.IsFinite(one.PercentOfRoof) ? one.PercentOfRoof.ToString("F1", CultureInfo.InvariantCulture) : "-";
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{one.Seconds * Microseconds,8:F1} {100 * one.Seconds / Seconds,6:F1} {one.Bytes,12} {one.Flops,13}  {(one.Bound == Bound.Memory ? "memory " : "compute")} {roof,7}  {one}");
        }

        return text.ToString();
    }

    /// <summary>
    /// Writes the kernels as a trace in Chrome's format, which chrome://tracing and Perfetto open: one row a device, kernels end to end at their median times, in microseconds.
    /// </summary>
    public void WriteTrace(Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ns");
        writer.WriteStartArray("traceEvents");
        Device[] devices = [.. Peaks.Keys];
        for (int row = 0; row < devices.Length; row++)
        {
            Begin(writer, "thread_name", "M", row);
            writer.WriteStartObject("args");
            writer.WriteString("name", devices[row].ToString());
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        double start = 0;
        foreach (KernelProfile one in Kernels)
        {
            Begin(writer, one.Op, "X", Array.IndexOf(devices, one.Device));
            writer.WriteString("cat", "kernel");
            writer.WriteNumber("ts", start * Microseconds);
            writer.WriteNumber("dur", one.Seconds * Microseconds);
            WriteArguments(writer, one);
            writer.WriteEndObject();
            start += one.Seconds;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void Begin(Utf8JsonWriter writer, string name, string phase, int row)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("ph", phase);
        writer.WriteNumber("pid", 1);
        writer.WriteNumber("tid", row + 1);
    }

    static void WriteArguments(Utf8JsonWriter writer, KernelProfile one)
    {
        writer.WriteStartObject("args");
        writer.WriteString("operands", one.Operands);
        writer.WriteStartArray("launches");
        foreach (string launch in one.Launches) writer.WriteStringValue(launch);
        writer.WriteEndArray();
        writer.WriteNumber("bytes", one.Bytes);
        writer.WriteNumber("flops", one.Flops);
        writer.WriteString("bound", one.Bound == Bound.Memory ? "memory" : "compute");
        if (double.IsFinite(one.PercentOfRoof)) writer.WriteNumber("percent_of_roof", one.PercentOfRoof);
        writer.WriteEndObject();
    }
}
