using System.CommandLine;
using System.Diagnostics;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint train</c>: starts a run, or continues one.</summary>
sealed class TrainCommand
{
    readonly CommandContext context;
    readonly Argument<string?> model = new("MODEL")
    {
        Description = "a model, see 'adjoint list'; left out with --resume", Arity = ArgumentArity.ZeroOrOne,
    };

    readonly Option<string?> preset = Usage.Value("--preset", "P", "a named experiment of the model (default: its first)");
    readonly Option<string?> data = Usage.Value("--data", "PATH", "folder of data sets (default: ADJOINT_DATA, then ./data), or a file of yours for a preset that takes one");
    readonly Option<string?> device = Usage.Value("--device", "NAME", "cpu, cuda:0, opencl:0 or simulator (default: cpu)");
    readonly Option<string?> steps = Usage.Value("--steps", "N", "training steps (default: the preset's)");
    readonly Option<string?> seed = Usage.Value("--seed", "N", "seed of all randomness (default: 0)");
    readonly Option<string?> threads = Usage.Value("--threads", "N", "processor threads; results do not depend on it");
    readonly Option<string[]> set = new("--set")
    {
        Description = "options of the model, see 'adjoint list MODEL'", HelpName = "key=value", AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<string?> folder = Usage.Value("--out", "DIR", "a new folder for the run (default: runs/MODEL-PRESET-TIME)");
    readonly Option<string?> resume = Usage.Value("--resume", "DIR", "continue the run in a folder to the same bits");
    readonly Option<bool> profile = Usage.Switch("--profile", "measure the kernels of a step; writes profile.json for chrome://tracing or Perfetto");
    readonly Option<bool> json = Usage.JsonSwitch();

    readonly IReadOnlyList<Option<string?>> texts;

    TrainCommand(CommandContext context)
    {
        this.context = context;
        texts = [.. context.Models.SelectMany(one => one.Options.Where(option => option.Kind == OptionKind.Text).Select(option => (Model: one.Name, Option: option)))
            .GroupBy(pair => pair.Option.Key)
            .Select(group => Usage.Value($"--{group.Key}", "TEXT", $"{string.Join(", ", group.Select(pair => pair.Model))}: {group.First().Option.Meaning}"))];
    }

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var parts = new TrainCommand(context);
        var command = new ExampleCommand(
            "train", "Train a model; write checkpoints, metrics and a report into a folder",
            "train MODEL", "train MODEL --preset PRESET --steps 500 --seed 1 --set KEY=VALUE --out runs/mine", "train --resume runs/mine", "train MODEL --profile", "train MODEL --json > events.jsonl")
        {
            parts.model, parts.preset, parts.data, parts.device, parts.steps, parts.seed, parts.threads, parts.set, parts.folder, parts.resume, parts.profile, parts.json,
        };
        foreach (Option<string?> text in parts.texts) command.Add(text);
        command.SetAction(parts.Run);
        return command;
    }

    int Run(ParseResult parsed)
    {
        Request request = new(
            Usage.Text(parsed, preset),
            Usage.Device(parsed, device),
            Usage.Whole(parsed, steps, 1, long.MaxValue),
            Usage.Whole(parsed, seed, long.MinValue, long.MaxValue),
            (int?)Usage.Whole(parsed, threads, 1, 1024),
            [.. Usage.Pairs(parsed.GetValue(set) ?? []), .. Texts(parsed)],
            Usage.DataPath(parsed, data));
        string? target = Usage.Text(parsed, folder);
        bool isJson = parsed.GetValue(json);
        if (Usage.Text(parsed, resume) is { } path)
        {
            if (target is not null) throw new SettingException("--out and --resume exclude each other. A resumed run stays in its folder.");
            return Resume(path, parsed.GetValue(model), request, parsed.GetValue(profile), isJson);
        }

        if (parsed.GetValue(model) is not { Length: > 0 } name)
            throw new SettingException($"Name a model, or --resume a folder. Models: {string.Join(", ", context.Models.Select(one => one.Name))}.");
        return Start(context.FindModel(name), request, target, parsed.GetValue(profile), isJson);
    }

    int Start(IModel chosen, Request request, string? target, bool profiles, bool isJson)
    {
        RunConfig config = RunConfig.Create(
            chosen, FindPreset(chosen, request), request.Settings, request.Seed ?? 0, request.Steps, request.Device ?? Device.Cpu,
            request.Threads, request.DataFolder);
        Settings.DefaultDevice = Backends.Of(config.Device).Device;
        if (target is not null) RunFolder.CheckVacant(target);
        Settings.Threads = config.Threads;
        config.CheckData();
        using IExperiment experiment = chosen.Create(config);
        using RunFolder run = RunFolder.Create(target ?? RunFolder.NewPath(config, DateTime.Now), config, chosen);
        return Train(run, experiment, profiles, isJson);
    }

    // Options of models that hold words are options of the command as well: --treatment educ.
    IEnumerable<(string Key, string Value)> Texts(ParseResult parsed)
    {
        foreach (Option<string?> text in texts)
        {
            if (parsed.GetValue(text) is { } value) yield return (text.Name[2..], value);
        }
    }

    // Without --preset, a file as --data chooses the first preset that takes one.
    static Preset FindPreset(IModel chosen, Request request)
    {
        bool isFile = File.Exists(request.DataFolder);
        Preset? taking = chosen.Presets.FirstOrDefault(one => one.TakesFile);
        Preset preset = request.Preset is null && isFile && taking is not null ? taking : CommandContext.FindPreset(chosen, request.Preset);
        if (preset.TakesFile == isFile) return preset;
        string path = Names.Show(request.DataFolder ?? "");
        throw isFile
            ? new SettingException($"--data {path} is a file, and {chosen.Name}'s preset {preset.Name} takes none.{(taking is null ? " Name a folder." : $" Choose --preset {taking.Name}.")}")
            : new SettingException($"{chosen.Name}'s preset {preset.Name} reads a file of yours. Name it with --data FILE.");
    }

    int Resume(string path, string? name, Request request, bool profiles, bool isJson)
    {
        using RunFolder run = RunFolder.Open(path, context.Models, forTraining: true);
        RunConfig config = run.Config.With(request.Threads, request.DataFolder);
        CheckAgrees("model", name, config.Model);
        CheckAgrees("--preset", request.Preset, config.Preset.Name);
        CheckAgrees("--device", request.Device?.ToString(), config.Device.ToString());
        CheckAgrees("--steps", request.Steps, config.Steps);
        CheckAgrees("--seed", request.Seed, config.Seed);
        RunConfig asked = RunConfig.Create(run.Model, config.Preset, [.. config.Options.Where(one => request.Settings.All(pair => pair.Key != one.Key))
            .Select(one => (one.Key, one.Value)), .. request.Settings]);
        foreach ((string key, string value) in asked.Options) CheckAgrees($"--set {key}", value, config.Text(key));
        ITrainingView view = CreateView(isJson);
        if (run.IsFinished)
        {
            if (!isJson) context.Output.WriteLine($"The run in {path} is finished, there is nothing to resume.");
            view.Finished(run, run.ReadResult(), TimeSpan.Zero);
            return AdjointCommand.Success;
        }

        Settings.DefaultDevice = Backends.Of(config.Device).Device;
        Settings.Threads = config.Threads;
        config.CheckData();
        using IExperiment experiment = run.Model.Create(config);
        if (run.Checkpoint is { } checkpoint) experiment.Load(checkpoint);
        return Train(run, experiment, profiles, isJson);
    }

    int Train(RunFolder run, IExperiment experiment, bool profiles, bool isJson)
    {
        ITrainingView view = CreateView(isJson);
        using IDisposable signals = context.Stop.Listen();
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<Metric> results = [];
        var trainer = new Trainer(run, experiment, view, context.Stop, context.CheckpointInterval) { Profiles = profiles };
        TrainingEnd end = view.Show(run, experiment.CompletedSteps, () => trainer.Run(out results));
        if (end == TrainingEnd.Finished)
        {
            view.Finished(run, results, Stopwatch.GetElapsedTime(started));
            if (profiles && trainer.Profile is null)
                context.Error.WriteLine($"adjoint: {run.Config.Model} replays no plan, so that --profile had nothing to measure.");
            return AdjointCommand.Success;
        }

        view.Interrupted(run, experiment.CompletedSteps);
        context.Error.WriteLine($"adjoint: stopped at step {experiment.CompletedSteps} of {run.Config.Steps}; continue with: adjoint train --resume {run.FullPath}");
        return AdjointCommand.Failure;
    }

    ITrainingView CreateView(bool isJson) => isJson ? new JsonView(context) : context.IsTerminal ? new TerminalView(context) : new PlainView(context);

    static void CheckAgrees<T>(string what, T? asked, T present)
    {
        if (asked is null || asked.Equals(present)) return;
        throw new SettingException($"{what} {Names.Show(asked.ToString()!, 40)} conflicts with the run's {present}. Leave it out, or start a new run.");
    }

    // "long?" boxes as long, so that a value that was not given is null here as well.
    static void CheckAgrees(string what, long? asked, long present) => CheckAgrees(what, (object?)asked, present);

    sealed record Request(
        string? Preset, Device? Device, long? Steps, long? Seed, int? Threads, IReadOnlyList<(string Key, string Value)> Settings, string? DataFolder);
}
