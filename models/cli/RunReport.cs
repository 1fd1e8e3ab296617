using System.Globalization;
using System.Runtime.InteropServices;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>When and how fast the last session of a run went.</summary>
/// <param name="End">When it ended.</param>
/// <param name="Steps">Training steps of this session; fewer than the run's if it resumed.</param>
/// <param name="Training">Time spent in training.</param>
/// <param name="Evaluation">Time spent in evaluation.</param>
readonly record struct TrainingSession(DateTimeOffset End, long Steps, TimeSpan Training, TimeSpan Evaluation);

/// <summary>The report of a finished run: results, curves, the model's own parts, configuration.</summary>
static class RunReport
{
    // Beyond this ratio of largest to smallest loss a linear axis shows only the first steps.
    const double LogarithmicFrom = 50;

    /// <summary>Writes <c>report.html</c> and the pictures.</summary>
    public static void Write(RunFolder folder, IExperiment experiment, IReadOnlyList<Metric> results, TrainingSession session, PlanProfile? profile)
    {
        RunConfig config = folder.Config;
        var report = new ReportBuilder();
        report.Heading("Results");
        report.Table("Final metrics", new Table(["metric", "value"], [.. results.Select(one => (string[])[one.Name, CommandContext.Format(one.Value)])]));
        experiment.Report(report);
        report.Heading("Training");
        foreach (Series series in folder.ReadMetrics())
        {
            // A metric that this run never had, such as a loss on rows that it does not hold out.
            if (!series.Y.Any(double.IsFinite)) continue;
            double[] positive = [.. series.Y.Where(value => value > 0 && double.IsFinite(value))];
            bool isWide = positive.Length > 0 && positive.Length == series.Y.Count(double.IsFinite) && positive.Max() > LogarithmicFrom * positive.Min();
            var chart = new Chart(series.Name, "step", "") { HasLogY = isWide };
            report.Chart(Smoothing.IsWorthwhile(series.Y)
                ? chart.PaleLine(series.Name, series.X, series.Y).Line("smoothed", series.X, Smoothing.Trend(series.Y))
                : chart.Line(series.Name, series.X, series.Y));
        }

        report.Heading("Configuration");
        report.Table("Run", Describe(config, experiment));
        report.Table("Options", new Table(
            ["option", "value", "default", "meaning"],
            [.. folder.Model.Options.Select(option => (string[])[option.Key, config.Text(option.Key), option.Default, option.Meaning])]));
        string again = string.Create(CultureInfo.InvariantCulture, $"adjoint train {config.Model} --preset {config.Preset.Name} --seed {config.Seed} --steps {config.Steps}");
        if (config.Preset.TakesFile) again += $" --data \"{config.DataFile}\"";
        IEnumerable<Option> changed = folder.Model.Options.Where(option => config.Text(option.Key) != Standard(config, option));
        report.Paragraph($"Run again: {string.Join(" ", changed.Select(option => Setting(option, config)).Prepend(again))}");
        report.Table("Session", Describe(session));
        if (profile is not null)
        {
            report.Heading("Kernels of a step");
            report.Table(ProfileTable.Caption(profile), ProfileTable.Of(profile));
        }

        HtmlReport.Write(folder.FullPath, $"{config.Model} · {config.Preset.Name}", folder.Model.Summary, report);
    }

    static string Setting(Option option, RunConfig config) =>
        option.Kind == OptionKind.Text ? $"--{option.Key} \"{config.Text(option.Key)}\"" : $"--set {option.Key}={config.Text(option.Key)}";

    static string Standard(RunConfig config, Option option)
    {
        foreach ((string key, string value) in config.Preset.Values)
        {
            if (key == option.Key) return option.Parse(value);
        }

        return option.Default;
    }

    static Table Describe(TrainingSession session) => new(
        ["time", "value"],
        [
            ["finished", session.End.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)],
            ["steps in this session", session.Steps.ToString(CultureInfo.InvariantCulture)],
            ["training", string.Create(CultureInfo.InvariantCulture, $"{session.Training.TotalSeconds:F1} s")],
            ["rate", string.Create(CultureInfo.InvariantCulture, $"{session.Steps / Math.Max(session.Training.TotalSeconds, 1e-3):F1} steps/s")],
            ["evaluation", string.Create(CultureInfo.InvariantCulture, $"{session.Evaluation.TotalSeconds:F1} s")],
            ["system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"],
        ]);

    static Table Describe(RunConfig config, IExperiment experiment) => new(
        ["setting", "value"],
        [
            ["model", config.Model],
            ["preset", $"{config.Preset.Name}: {config.Preset.Summary}"],
            ["steps", config.Steps.ToString(CultureInfo.InvariantCulture)],
            ["seed", config.Seed.ToString(CultureInfo.InvariantCulture)],
            .. experiment.Facts.Select(fact => (string[])[fact.Name, fact.Value]),
            ["device", $"{config.Device}: {Backends.Of(config.Device).Description}"],
            ["threads", config.Threads.ToString(CultureInfo.InvariantCulture)],
            ["version", typeof(RunReport).Assembly.GetName().Version!.ToString(3)],
        ]);
}
