using System.Diagnostics;
using System.Globalization;
using Adjoint.Gpu;

namespace Adjoint.Bench;

/// <summary>One run of <c>bench gpu</c>: the device, the sizes that it is good for, and the time that is left.</summary>
sealed class GpuRun(Output output, DeviceBackend backend, double seconds)
{
    const double MostSecondsPerCase = 0.4, LeastSecondsPerCase = 0.002, Share = 0.002, BatchSeconds = 0.004;
    const int LeastBatches = 5, MostRepeats = 1000;

    readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>The device.</summary>
    public DeviceBackend Backend => backend;

    /// <summary>Whether kernels run on the CPU, as a test of this mode: sizes are a few dozen numbers, and nothing is judged.</summary>
    public bool IsSimulated => backend.Device.Kind == DeviceKind.Simulator;

    /// <summary>Time left of the whole run.</summary>
    public double SecondsLeft => seconds - clock.Elapsed.TotalSeconds;

    /// <summary>Lines so far.</summary>
    public IReadOnlyList<Measurement> Lines => output.Measurements;

    /// <summary>The figure of a line of a case, as it ran; null without one.</summary>
    public double? this[string label, string variant, string figure] => Lines.FirstOrDefault(line => line.Case == label && line.Variant == variant)?[figure];

    /// <summary>Writes a line.</summary>
    public void Line(string label, string variant, params ReadOnlySpan<(string Name, double Value)> figures)
    {
        var text = new System.Text.StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{label,-30} {variant,-28}");
        foreach (var (name, value) in figures) text.Append(CultureInfo.InvariantCulture, $"  {name} {value,8:G4}");
        output.Add(new Measurement("gpu", label, variant, [.. figures]), text.ToString());
    }

    /// <summary>Runs a case; a failure is said in one line and does not end the run. Nothing runs once the time is over.</summary>
    /// <returns>Whether it ran to its end.</returns>
    public bool Try(string label, Action one)
    {
        if (SecondsLeft <= 0)
        {
            Console.Error.WriteLine($"bench gpu: {label} left out, since the time is over. Raise --seconds.");
            return false;
        }

        try
        {
            one();
            return true;
        }
#pragma warning disable CA1031 // Where a device computes nonsense, anything may fail, and the rest is to be measured all the same.
        catch (Exception error) when (error is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"bench gpu: {label} failed: {(error is AdjointException ? "" : error.GetType().Name + ": ")}{error.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }

    /// <summary>Median seconds of a call that puts work on the device: batches of calls with one wait each, after a warm-up.</summary>
    public double Median(Action call)
    {
        double single = Batch(call, 1);
        if (IsSimulated) return single;
        single = Math.Min(single, Batch(call, 1));
        int repeats = (int)Math.Clamp(BatchSeconds / single, 1, MostRepeats);
        double limit = Math.Clamp(seconds * Share, LeastSecondsPerCase, MostSecondsPerCase);
        Batch(call, repeats);
        var times = new List<double>();
        var spent = Stopwatch.StartNew();
        while (times.Count < LeastBatches || spent.Elapsed.TotalSeconds < limit) times.Add(Batch(call, repeats));
        times.Sort();
        return times[times.Count / 2];
    }

    double Batch(Action call, int repeats)
    {
        backend.Synchronize();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) call();
        backend.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }
}
