using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>One JSON object a line: <c>start</c>, a <c>step</c> for each line of metrics, a <c>profile</c> where one was asked for, and last <c>result</c> or <c>stopped</c>.</summary>
sealed class JsonView(CommandContext context) : ITrainingView
{
    public T Show<T>(RunFolder folder, long firstStep, Func<T> training)
    {
        RunConfig config = folder.Config;
        context.WriteJson(writer =>
        {
            writer.WriteString("event", "start");
            writer.WriteString("model", config.Model);
            writer.WriteString("preset", config.Preset.Name);
            writer.WriteNumber("seed", config.Seed);
            writer.WriteNumber("step", firstStep);
            writer.WriteNumber("steps", config.Steps);
            writer.WriteString("device", config.Device.ToString());
            writer.WriteNumber("threads", config.Threads);
            writer.WriteString("folder", folder.FullPath);
        });
        return training();
    }

    public void Advanced(long step)
    {
    }

    public void Logged(long step, IReadOnlyList<Metric> metrics) => context.WriteJson(writer =>
    {
        writer.WriteString("event", "step");
        writer.WriteNumber("step", step);
        MetricsLog.WriteMetrics(writer, metrics);
    });

    public void Profiled(RunFolder folder, PlanProfile profile) => context.WriteJson(writer =>
    {
        writer.WriteString("event", "profile");
        writer.WriteString("file", folder.ProfilePath);
        writer.WriteNumber("microseconds", profile.Seconds * 1e6);
        writer.WriteNumber("kernels", profile.Kernels.Count);
        writer.WriteStartArray("slowest");
        foreach (KernelProfile one in profile.Slowest.Take(ProfileTable.Most))
        {
            writer.WriteStartObject();
            writer.WriteString("kernel", one.Op);
            writer.WriteString("operands", one.Operands);
            writer.WriteNumber("microseconds", one.Seconds * 1e6);
            writer.WriteNumber("bytes", one.Bytes);
            writer.WriteNumber("flops", one.Flops);
            writer.WriteFinite("percent_of_roof", one.PercentOfRoof);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public void Stage(string stage, double fraction)
    {
    }

    public void Finished(RunFolder folder, IReadOnlyList<Metric> results, TimeSpan elapsed) => context.WriteJson(writer =>
    {
        writer.WriteString("event", "result");
        writer.WriteNumber("steps", folder.Config.Steps);
        writer.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        writer.WriteString("folder", folder.FullPath);
        MetricsLog.WriteMetrics(writer, results);
    });

    public void Interrupted(RunFolder folder, long step) => context.WriteJson(writer =>
    {
        writer.WriteString("event", "stopped");
        writer.WriteNumber("step", step);
        writer.WriteNumber("steps", folder.Config.Steps);
        writer.WriteString("folder", folder.FullPath);
    });
}
