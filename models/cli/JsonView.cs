using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>One JSON object a line: <c>start</c>, a <c>step</c> for each line of metrics, and last <c>result</c> or <c>stopped</c>.</summary>
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
