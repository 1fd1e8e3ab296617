using System.Globalization;

namespace Adjoint.Models;

/// <summary>
/// The folder of a run: <c>config.json</c>, <c>metrics.jsonl</c>, <c>checkpoint.safetensors</c>, and at the end <c>report.html</c>, pictures and <c>result.json</c>. Files are replaced as a
/// whole, so a process that is killed at any moment leaves a folder that can be resumed from its last checkpoint, or from the start if there is none yet.
/// </summary>
public sealed class RunFolder : IDisposable
{
    const string CheckpointFile = "checkpoint.safetensors";
    const string ConfigFile = "config.json";
    const string MetricsFile = "metrics.jsonl";
    const string ResultFile = "result.json";
    const string StatePrefix = "state.";

    readonly MetricsLog? log;

    RunFolder(string path, RunConfig config, IModel model, MetricsLog? log, CheckpointReader? checkpoint)
    {
        FullPath = path;
        Config = config;
        Model = model;
        this.log = log;
        Checkpoint = checkpoint;
    }

    /// <summary>Full path of the folder.</summary>
    public string FullPath { get; }

    /// <summary>The run's configuration.</summary>
    public RunConfig Config { get; }

    /// <summary>The run's model.</summary>
    public IModel Model { get; }

    /// <summary>State at the last checkpoint; null before the first.</summary>
    public CheckpointReader? Checkpoint { get; }

    /// <summary>Path of the report.</summary>
    public string ReportPath => Path.Combine(FullPath, "report.html");

    /// <summary>Path of the trace that <c>--profile</c> writes.</summary>
    public string ProfilePath => Path.Combine(FullPath, "profile.json");

    /// <summary>Whether training, evaluation and report are complete.</summary>
    public bool IsFinished => File.Exists(Path.Combine(FullPath, ResultFile));

    /// <summary>Checks that a run may be started in a folder: it does not exist or is empty.</summary>
    /// <exception cref="DataException">It is not empty, or is a file.</exception>
    public static void CheckVacant(string path)
    {
        string full = FullPathOf(path);
        if (File.Exists(full)) throw new DataException($"{path} is a file. Name a new folder with --out.");
        if (Guard(path, () => Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any(entry => !IsTraceOfAKilledStart(entry))))
            throw new DataException($"The folder {path} is not empty. Name a new folder with --out, or continue its run with --resume {path}.");
    }

    // A process that was killed before it could write config.json leaves these, and nothing that is worth keeping.
    static bool IsTraceOfAKilledStart(string entry) =>
        (Path.GetFileName(entry) == MetricsFile && new FileInfo(entry).Length == 0) ||
        (Path.GetFileName(entry).StartsWith(ConfigFile, StringComparison.Ordinal) && entry.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>Starts a run in a folder that does not exist or is empty.</summary>
    /// <exception cref="DataException">The folder is not empty or cannot be written.</exception>
    public static RunFolder Create(string path, RunConfig config, IModel model)
    {
        CheckVacant(path);
        string full = FullPathOf(path);
        CreateFolder(path, full);
        string metrics = Path.Combine(full, MetricsFile);
        MetricsLog log = MetricsLog.Create(metrics);
        try
        {
            byte[] text = RunConfigFile.Write(config, model);
            AtomicFile.Write(Path.Combine(full, ConfigFile), stream => stream.Write(text));
            return new RunFolder(full, config, model, log, null);
        }
        catch
        {
            log.Dispose();
            Guard(path, () => File.Delete(metrics));
            throw;
        }
    }

    /// <summary>A path under <c>runs/</c> that is free: model, preset, date and time.</summary>
    public static string NewPath(RunConfig config, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(config);
        string path = Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{config.Model}-{config.Preset.Name}-{now:yyyyMMdd-HHmmss}"));
        return Unused(path);
    }

    /// <summary>The path itself, or with -2, -3, … if something is there.</summary>
    public static string Unused(string path)
    {
        string candidate = path;
        for (int i = 2; Path.Exists(candidate); i++) candidate = string.Create(CultureInfo.InvariantCulture, $"{path}-{i}");
        return candidate;
    }

    /// <summary>Opens a run. With <paramref name="forTraining"/>, the folder is locked.</summary>
    /// <exception cref="DataException">It is not a run, or one of its files is damaged.</exception>
    public static RunFolder Open(string path, IReadOnlyList<IModel> models, bool forTraining)
    {
        string full = FullPathOf(path);
        string configPath = Path.Combine(full, ConfigFile), checkpointPath = Path.Combine(full, CheckpointFile);
        if (!File.Exists(configPath)) throw new DataException($"{path} is not the folder of a run: it holds no {ConfigFile}. Name a folder that 'adjoint train' made.");
        (RunConfig config, IModel model) = RunConfigFile.Read(configPath, models);
        CheckpointReader? checkpoint = null;
        long logged = 0;
        if (File.Exists(checkpointPath)) (checkpoint, logged) = ReadCheckpoint(checkpointPath, config);
        MetricsLog? log = null;
        if (forTraining)
        {
            log = MetricsLog.Resume(Path.Combine(full, MetricsFile), logged);
            RemoveLeftovers(full);
        }

        return new RunFolder(full, config, model, log, checkpoint);
    }

    /// <summary>Drops metrics that were written after the checkpoint; done before training goes on.</summary>
    public void DropUnsavedMetrics() => Log.DropRest();

    /// <summary>Appends a line of metrics.</summary>
    public void Append(long step, IReadOnlyList<Metric> metrics) => Log.Append(step, metrics);

    /// <summary>Replaces the checkpoint by the present state.</summary>
    /// <exception cref="DivergenceException">The state holds a NaN; the old checkpoint stays.</exception>
    /// <exception cref="DataException">The disk is full or the folder cannot be written; the old checkpoint stays.</exception>
    public void SaveCheckpoint(IExperiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var writer = new CheckpointWriter();
        experiment.Save(writer);
        foreach ((string name, Tensor value) in writer.Tensors) CheckNumbers(name, value, experiment.CompletedSteps);
        Log.Flush();
        var metadata = new Dictionary<string, string>
        {
            ["adjoint.format"] = "1",
            ["adjoint.config"] = RunConfigFile.Fingerprint(Config),
            ["adjoint.metrics"] = Log.Length.ToString(CultureInfo.InvariantCulture),
            ["adjoint.step"] = experiment.CompletedSteps.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, string value) in writer.Scalars) metadata.Add(StatePrefix + name, value);
        Safetensors.Write(Path.Combine(FullPath, CheckpointFile), writer.Tensors.Select(one => (one.Name, one.Value)), metadata);
    }

    /// <summary>The metrics so far, one series each.</summary>
    public IReadOnlyList<Series> ReadMetrics() => Log.Read();

    /// <summary>Writes the results; the run is finished.</summary>
    public void WriteResult(IReadOnlyList<Metric> results)
    {
        byte[] text = Json.Document(writer => MetricsLog.WriteMetrics(writer, results));
        AtomicFile.Write(Path.Combine(FullPath, ResultFile), stream => stream.Write(text));
    }

    /// <summary>The results of a finished run.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public IReadOnlyList<Metric> ReadResult()
    {
        string path = Path.Combine(FullPath, ResultFile);
        using var document = Json.Parse(Guard(path, () => File.ReadAllBytes(path)), path, "Delete it and resume the run: it is written again.");
        return
        [
            .. document.RootElement.EnumerateObject().Select(member =>
                new Metric(member.Name, member.Value.ValueKind == System.Text.Json.JsonValueKind.Number ? member.Value.GetDouble() : double.NaN)),
        ];
    }

    public void Dispose() => log?.Dispose();

    MetricsLog Log => log ?? throw new InvalidOperationException("The folder was opened for reading.");

    static (CheckpointReader Checkpoint, long Logged) ReadCheckpoint(string path, RunConfig config)
    {
        var (tensors, metadata) = Safetensors.Read(path);
        string Entry(string name) => metadata.TryGetValue(name, out string? value) ? value : throw new DataException($"{path}: no '{name}'. It is not a checkpoint of a run.");
        if (Entry("adjoint.format") != "1") throw new DataException($"{path}: format '{Names.Show(Entry("adjoint.format"), 20)}' is not 1. Another version wrote it.");
        if (Entry("adjoint.config") != RunConfigFile.Fingerprint(config))
            throw new DataException($"{path}: belongs to another configuration than {ConfigFile} says. Put the original {ConfigFile} back.");
        if (!long.TryParse(Entry("adjoint.metrics"), NumberStyles.None, CultureInfo.InvariantCulture, out long logged))
            throw new DataException($"{path}: 'adjoint.metrics' is not a number. The file is damaged.");
        var scalars = metadata
            .Where(entry => entry.Key.StartsWith(StatePrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[StatePrefix.Length..], entry => entry.Value);
        return (new CheckpointReader(tensors, scalars), logged);
    }

    static void CheckNumbers(string name, Tensor value, long step)
    {
        bool isNaN = value.DType switch
        {
            DType.F32 => Array.Exists(value.Detach().Read<float>(), float.IsNaN),
            DType.F64 => Array.Exists(value.Detach().Read<double>(), double.IsNaN),
            _ => false,
        };
        if (isNaN) throw new DivergenceException($"step {step}: '{name}' holds a NaN");
    }

    static void RemoveLeftovers(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.tmp")) Guard(file, () => File.Delete(file));
    }

    static void CreateFolder(string path, string full)
    {
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Names.Show(path)}: this folder cannot be made ({failure.Message.TrimEnd('.')}). Name another with --out.", failure);
        }
    }

    static string FullPathOf(string path) => Guard(path, () => Path.GetFullPath(path));

    static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return true;
    });

    static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DataException($"{Names.Show(path)}: {failure.Message}", failure);
        }
    }
}
