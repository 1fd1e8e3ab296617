using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Adjoint.Models;

/// <summary>A <see cref="RunConfig"/> as <c>config.json</c>. Reading trusts nothing: every value is checked as if it had been typed.</summary>
public static class RunConfigFile
{
    const int LargestFile = 1 << 20;
    const int Format = 1;

    static readonly string[] Members = ["format", "model", "preset", "seed", "steps", "device", "threads", "data", "options"];

    /// <summary>The configuration as a JSON document.</summary>
    public static byte[] Write(RunConfig config, IModel model)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(model);
        return Json.Document(writer =>
        {
            writer.WriteNumber("format", Format);
            writer.WriteString("model", config.Model);
            writer.WriteString("preset", config.Preset.Name);
            writer.WriteNumber("seed", config.Seed);
            writer.WriteNumber("steps", config.Steps);
            writer.WriteString("device", config.Device.ToString());
            writer.WriteNumber("threads", config.Threads);
            writer.WriteString("data", Path.GetFullPath(config.DataFolder));
            writer.WriteStartObject("options");
            foreach (Option option in model.Options)
            {
                writer.WritePropertyName(option.Key);
                string value = config.Text(option.Key);
                if (option.Kind is OptionKind.Choice or OptionKind.Text) writer.WriteStringValue(value);
                else writer.WriteRawValue(value);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="DataException">The file is missing, damaged, or of another version.</exception>
    public static (RunConfig Config, IModel Model) Read(string path, IReadOnlyList<IModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        using JsonDocument document = Json.Parse(ReadBytes(path), path);
        JsonElement root = document.RootElement;
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (!Members.Contains(member.Name)) throw Damaged(path, $"unknown member '{Names.Show(member.Name, 40)}'");
        }

        if (Whole(path, root, "format") != Format) throw new DataException($"{path}: format {Whole(path, root, "format")} is not {Format}. Another version wrote it.");
        string modelName = Text(path, root, "model"), presetName = Text(path, root, "preset");
        IModel model = models.FirstOrDefault(one => one.Name == modelName) ?? throw Damaged(path, $"no model '{Names.Show(modelName, 40)}' in this version");
        Preset preset = model.Presets.FirstOrDefault(one => one.Name == presetName) ?? throw Damaged(path, $"no preset '{Names.Show(presetName, 40)}' in {modelName}");
        try
        {
            List<(string, string)> settings = Options(path, root);
            Option? missing = model.Options.FirstOrDefault(option => !settings.Exists(setting => setting.Item1 == option.Key));
            if (missing is not null) throw Damaged(path, $"the option {missing.Key} is missing");
            long threads = Whole(path, root, "threads");
            if (threads is < 1 or > 1024) throw Damaged(path, "'threads' is not from 1 to 1024");
            return (RunConfig.Create(
                model, preset, settings, Whole(path, root, "seed"), Whole(path, root, "steps"), Device.Parse(Text(path, root, "device")), (int)threads,
                Text(path, root, "data")), model);
        }
        catch (SettingException failure)
        {
            throw new DataException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>Checksum of everything in the configuration that decides numbers.</summary>
    public static string Fingerprint(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{config.Model}\n{config.Preset.Name}\n{config.Seed}\n{config.Steps}\n{config.Device}\n");
        foreach ((string key, string value) in config.Options) text.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    static List<(string Key, string Value)> Options(string path, JsonElement root)
    {
        if (!root.TryGetProperty("options", out JsonElement options) || options.ValueKind != JsonValueKind.Object) throw Damaged(path, "'options' is not an object");
        var settings = new List<(string, string)>();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            string value = option.Value.ValueKind switch
            {
                JsonValueKind.String => option.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => option.Value.GetRawText(),
                _ => throw Damaged(path, $"the option {Names.Show(option.Name, 40)} is not a value"),
            };
            settings.Add((option.Name, value));
        }

        return settings;
    }

    static byte[] ReadBytes(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > LargestFile) throw Damaged(path, $"{stream.Length} bytes are too many");
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: {failure.Message}", failure);
        }
    }

    static string Text(string path, JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Damaged(path, $"'{name}' is not a text");

    static long Whole(string path, JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole)
            ? whole
            : throw Damaged(path, $"'{name}' is not a whole number");

    static DataException Damaged(string path, string problem) => new($"{path}: {problem}. The file is damaged or of another version.");
}
