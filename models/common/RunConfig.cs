using System.Globalization;

namespace Adjoint.Models;

/// <summary>
/// Everything that decides a run's numbers, checked and complete: options that nobody set hold the preset's value or the default. <see cref="Threads"/> and <see cref="DataFolder"/> say
/// only how and from where; a run may be resumed with others.
/// </summary>
public sealed class RunConfig
{
    readonly SortedDictionary<string, string> options;

    RunConfig(string model, Preset preset, SortedDictionary<string, string> options)
    {
        Model = model;
        Preset = preset;
        this.options = options;
    }

    /// <summary>Name of the model.</summary>
    public string Model { get; }

    /// <summary>The preset that the run started from.</summary>
    public Preset Preset { get; }

    /// <summary>Every option of the model with its value in canonical spelling.</summary>
    public IReadOnlyDictionary<string, string> Options => options;

    /// <summary>Seed of all randomness. <c>Key.FromSeed(config.Seed).Split("weights")</c>.</summary>
    public long Seed { get; init; }

    /// <summary>Training steps of the whole run, at least 1.</summary>
    public long Steps { get; init; }

    /// <summary>Where the numbers are computed.</summary>
    public Device Device { get; init; }

    /// <summary>Processor threads; the results do not depend on them.</summary>
    public int Threads { get; init; } = Settings.Threads;

    /// <summary>Folder in which data files are looked up; for a preset that takes a file of the user's, that file.</summary>
    public string DataFolder { get; init; } = Settings.DataFolder;

    /// <summary>The user's file, of a preset that takes one.</summary>
    /// <exception cref="SettingException">The preset takes none.</exception>
    public string DataFile => Preset.TakesFile ? Path.GetFullPath(DataFolder) : throw new SettingException($"The preset {Preset.Name} takes no file. Read its data with DataPath.");

    /// <summary>Steps between two lines of metrics: 1, 2 or 5 times a power of ten, so that a run has 200 to 500 of them.</summary>
    public long LogInterval
    {
        get
        {
            long interval = 1;
            for (int i = 0; Steps / interval > 500; i++) interval = i % 3 == 1 ? interval / 2 * 5 : interval * 2;
            return interval;
        }
    }

    /// <summary>Resolves a configuration: defaults, then the preset's values, then the user's.</summary>
    /// <exception cref="SettingException">An option is unknown, given twice, or has a value that is not allowed.</exception>
    public static RunConfig Create(
        IModel model, Preset preset, IEnumerable<(string Key, string Value)> settings, long seed = 0, long? steps = null, Device device = default,
        int? threads = null, string? dataFolder = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(settings);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Option option in model.Options) values.Add(option.Key, option.Default);
        foreach ((string key, string value) in preset.Values) values[key] = Find(model, key).Parse(value);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string key, string value) in settings)
        {
            values[Find(model, key).Key] = Find(model, key).Parse(value);
            if (!seen.Add(key)) throw new SettingException($"The option {key} is set twice. Set it once.");
        }

        long count = steps ?? preset.Steps;
        if (count < 1) throw new SettingException($"--steps {count} is below 1. Train at least one step.");
        return new RunConfig(model.Name, preset, values)
        {
            Seed = seed,
            Steps = count,
            Device = device,
            Threads = threads ?? Settings.Threads,
            DataFolder = dataFolder ?? Settings.DataFolder,
        };
    }

    /// <summary>Value of a number option.</summary>
    public double Number(string key) => double.Parse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Value of a whole-number option.</summary>
    public int Whole(string key) => int.Parse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>Value of a flag option.</summary>
    public bool Flag(string key) => Text(key) == "true";

    /// <summary>Value of any option as text; the way to read a choice.</summary>
    /// <exception cref="SettingException">The model does not declare the option.</exception>
    public string Text(string key) =>
        options.TryGetValue(key, out string? value) ? value : throw new SettingException($"The model {Model} declares no option {key}. Add it to Options.");

    /// <summary>Full path of a data file that the preset needs.</summary>
    /// <exception cref="DataException">It is not there; the message says where it comes from.</exception>
    public string DataPath(DataNeed need, DataFile file)
    {
        ArgumentNullException.ThrowIfNull(need);
        ArgumentNullException.ThrowIfNull(file);
        string path = Path.GetFullPath(Path.Combine(DataFolder, file.Path));
        return File.Exists(path)
            ? path
            : throw new DataException($"{need.Name}: no file {path}. Get it from {need.Source} (licence {need.Licence}), or name the folder with --data or ADJOINT_DATA.");
    }

    /// <summary>Checks that every file that the preset needs is there.</summary>
    /// <exception cref="DataException">One is not.</exception>
    public void CheckData()
    {
        foreach (DataNeed need in Preset.Data)
        {
            foreach (DataFile file in need.Files) DataPath(need, file);
        }
    }

    /// <summary>The same configuration with other threads or another data folder, where they are given.</summary>
    public RunConfig With(int? threads, string? dataFolder) => new(Model, Preset, options)
    {
        Seed = Seed,
        Steps = Steps,
        Device = Device,
        Threads = threads ?? Threads,
        DataFolder = dataFolder ?? DataFolder,
    };

    static Option Find(IModel model, string key)
    {
        foreach (Option option in model.Options)
        {
            if (option.Key == key) return option;
        }

        IEnumerable<string> known = model.Options.Select(option => option.Key);
        throw new SettingException(
            $"{model.Name} has no option '{Names.Show(key)}'.{Names.DidYouMean(key, known)} Options: {string.Join(", ", known)}.");
    }
}
