using System.CommandLine;
using System.Globalization;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint sample</c>: draws samples from a run's last checkpoint into a new folder.</summary>
static class SampleCommand
{
    const int DefaultCount = 64;
    const int MostSamples = 1 << 20;

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var saved = new SavedRun();
        Option<string?> count = Usage.Value("--count", "N", $"number of samples (default: {DefaultCount})");
        Option<string?> seed = Usage.Value("--seed", "N", "seed of the draw (default: 0)");
        Option<string?> target = Usage.Value("--out", "DIR", "a new folder for the samples (default: RUN/samples)");
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "sample", "Draw samples from the last checkpoint of a run", "sample runs/mine", "sample runs/mine --count 256 --seed 7 --out samples");
        saved.AddTo(command);
        command.Add(count);
        command.Add(seed);
        command.Add(target);
        command.Add(json);
        command.SetAction(parsed =>
        {
            int samples = (int?)Usage.Whole(parsed, count, 1, MostSamples) ?? DefaultCount;
            var request = new SampleRequest(samples, Usage.Whole(parsed, seed, long.MinValue, long.MaxValue) ?? 0);
            string? asked = Usage.Text(parsed, target);
            if (asked is not null) RunFolder.CheckVacant(asked);
            (RunFolder run, IExperiment experiment) = saved.Load(parsed, context);
            using (run)
            using (experiment)
            {
                if (experiment is not ISampler sampler) throw new SettingException($"{run.Model.Name} does not draw samples. Use eval or predict.");
                var report = new ReportBuilder();
                IReadOnlyList<NamedTensor> drawn = sampler.Sample(request, report);
                string folder = asked ?? RunFolder.Unused(Path.Combine(run.FullPath, "samples"));
                Directory.CreateDirectory(folder);
                var metadata = new Dictionary<string, string>
                {
                    ["model"] = run.Model.Name,
                    ["step"] = experiment.CompletedSteps.ToString(CultureInfo.InvariantCulture),
                    ["seed"] = request.Seed.ToString(CultureInfo.InvariantCulture),
                };
                Safetensors.Write(Path.Combine(folder, "samples.safetensors"), drawn.Select(one => (one.Name, one.Value)), metadata);
                string title = string.Create(CultureInfo.InvariantCulture, $"{run.Model.Name}: {samples} samples at step {experiment.CompletedSteps}");
                HtmlReport.Write(folder, title, run.Model.Summary, report);
                Announce(context, parsed.GetValue(json), Path.GetFullPath(folder), samples);
                return AdjointCommand.Success;
            }
        });
        return command;
    }

    static void Announce(CommandContext context, bool isJson, string folder, int count)
    {
        if (!isJson)
        {
            context.Output.WriteLine($"{count} samples in {folder}, see {Path.Combine(folder, "report.html")}");
            return;
        }

        context.WriteJson(writer =>
        {
            writer.WriteString("event", "result");
            writer.WriteNumber("count", count);
            writer.WriteString("folder", folder);
        });
    }
}
