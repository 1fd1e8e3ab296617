using System.Globalization;
using Adjoint.Models;
using Spectre.Console;

namespace Adjoint.Commands;

/// <summary>One progress line with step, rate, loss and time left; at the end a table of results.</summary>
sealed class TerminalView(CommandContext context) : ITrainingView
{
    ProgressTask? task;
    Pace pace = new(0, 0);
    long steps;
    Metric loss;
    (string Path, PlanProfile Profile)? profiled;

    public T Show<T>(RunFolder folder, long firstStep, Func<T> training)
    {
        steps = folder.Config.Steps;
        pace = new Pace(firstStep, steps);
        context.Output.WriteLine($"{folder.Config.Model} {folder.Config.Preset.Name}, into {folder.FullPath}");
        Progress progress = AnsiConsole.Progress().AutoClear(false).ExcludeVerticalPadding()
            .Columns(new ProgressBarColumn { Width = 28 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
        progress.RefreshRate = TimeSpan.FromMilliseconds(200);
        return progress.Start(screen =>
        {
            task = screen.AddTask("starting", maxValue: steps);
            task.Value = firstStep;
            return training();
        });
    }

    public void Advanced(long step)
    {
        pace.Mark(step);
        string lossText = loss.Name is null ? "" : $"  {loss.Name} {CommandContext.Format(loss.Value)}";
        Describe(string.Create(CultureInfo.InvariantCulture, $"step {step}/{steps}  {pace.RateText}{lossText}  left {pace.TimeLeft(step)}"), step);
    }

    public void Logged(long step, IReadOnlyList<Metric> metrics)
    {
        if (metrics.Count > 0) loss = metrics[0];
        if (step == steps) Advanced(step);
    }

    public void Profiled(RunFolder folder, PlanProfile profile) => profiled = (folder.ProfilePath, profile);

    public void Stage(string stage, double fraction) => Describe(string.Create(CultureInfo.InvariantCulture, $"{stage} {fraction:P0}"), steps);

    public void Finished(RunFolder folder, IReadOnlyList<Metric> results, TimeSpan elapsed)
    {
        // Not under the progress line, which repaints itself.
        if (profiled is { } taken)
        {
            context.Output.WriteLine($"{ProfileTable.Caption(taken.Profile)}; trace {taken.Path}");
            context.WriteTable(ProfileTable.Of(taken.Profile));
        }

        context.WriteTable(new Models.Table(["metric", "value"], [.. results.Select(one => (string[])[one.Name, CommandContext.Format(one.Value)])]));
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F1} s, report: {folder.ReportPath}"));
    }

    public void Interrupted(RunFolder folder, long step)
    {
    }

    void Describe(string text, long step)
    {
        if (task is null) return;
        task.Description = Markup.Escape(text);
        task.Value = step;
    }
}
