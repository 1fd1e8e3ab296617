using System.Diagnostics;
using System.Globalization;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>A line of text every few seconds, for logs.</summary>
sealed class PlainView(CommandContext context) : ITrainingView
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    Pace pace = new(0, 0);
    long steps;
    long written;
    string stageWritten = "";
    Metric loss;

    public T Show<T>(RunFolder folder, long firstStep, Func<T> training)
    {
        steps = folder.Config.Steps;
        pace = new Pace(firstStep, steps);
        Line(firstStep == 0
            ? $"{folder.Config.Model} {folder.Config.Preset.Name}, {steps} steps, seed {folder.Config.Seed}, into {folder.FullPath}"
            : $"{folder.Config.Model} {folder.Config.Preset.Name}, from step {firstStep} of {steps}, in {folder.FullPath}");
        return training();
    }

    public void Advanced(long step)
    {
        pace.Mark(step);
        if (written == 0 || Stopwatch.GetElapsedTime(written) >= Interval) WriteStep(step);
    }

    public void Logged(long step, IReadOnlyList<Metric> metrics)
    {
        if (metrics.Count > 0) loss = metrics[0];
        if (step == steps) WriteStep(step);
    }

    public void Profiled(RunFolder folder, PlanProfile profile)
    {
        Line($"{ProfileTable.Caption(profile)}; trace {folder.ProfilePath}");
        context.WriteTable(ProfileTable.Of(profile));
    }

    public void Stage(string stage, double fraction)
    {
        if (stage == stageWritten && Stopwatch.GetElapsedTime(written) < Interval) return;
        stageWritten = stage;
        Line(string.Create(CultureInfo.InvariantCulture, $"{stage} {fraction:P0}"));
    }

    public void Finished(RunFolder folder, IReadOnlyList<Metric> results, TimeSpan elapsed)
    {
        foreach ((string name, double value) in results) Line($"{name} {CommandContext.Format(value)}");
        Line($"report {folder.ReportPath}");
    }

    public void Interrupted(RunFolder folder, long step)
    {
    }

    void WriteStep(long step)
    {
        pace.Mark(step);
        string lossText = loss.Name is null ? "" : $"  {loss.Name} {CommandContext.Format(loss.Value)}";
        Line(string.Create(CultureInfo.InvariantCulture, $"step {step}/{steps}  {pace.RateText}{lossText}  left {pace.TimeLeft(step)}"));
    }

    void Line(string text)
    {
        context.Output.WriteLine(text);
        context.Output.Flush();
        written = Stopwatch.GetTimestamp();
    }
}
