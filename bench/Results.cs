using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Adjoint.Bench;

/// <summary>What one run of a mode measured, with the machine, the date and the commit.</summary>
sealed record Results(string Mode, string Machine, string Date, string Commit, IReadOnlyList<Measurement> Lines)
{
    /// <summary>Writes a file of results, as a whole or not at all.</summary>
    /// <exception cref="BenchException">The file cannot be written.</exception>
    public static void Save(string path, string mode, IReadOnlyList<Measurement> lines, IReadOnlyList<(string Name, string Value)>? facts = null)
    {
        var text = new StringBuilder();
        text.Append("{\n");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("mode", mode), ("machine", ThisMachine()), ("date", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("commit", Checkout.Commit()), .. facts ?? []])
            text.Append(CultureInfo.InvariantCulture, $"  \"{name}\": \"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\",\n");
        text.Append("  \"lines\": [\n    ").AppendJoin(",\n    ", lines.Select(static line => line.ToJson())).Append("\n  ]\n}\n");
        WriteWhole(path, text.ToString());
    }

    /// <summary>Finds out before a measurement whether its results can be written.</summary>
    /// <exception cref="BenchException">They cannot.</exception>
    public static void CheckWritable(string path)
    {
        string probe = path + ".probe";
        WriteWhole(probe, "");
        File.Delete(probe);
    }

    /// <summary>Writes a text as a whole or not at all.</summary>
    /// <exception cref="BenchException">The file cannot be written.</exception>
    public static void WriteWhole(string path, string text)
    {
        try
        {
            string full = Path.GetFullPath(path), part = full + ".part";
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(part, text);
            File.Move(part, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"{path} cannot be written: {error.Message} Give another --out.", error);
        }
    }

    /// <summary>Reads a file of results.</summary>
    /// <exception cref="BenchException">The file is missing or of another form.</exception>
    public static Results Load(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString() ?? throw new KeyNotFoundException($"'{name}' is null.");
            return new Results(Text("mode"), Text("machine"), Text("date"), Text("commit"), [.. root.GetProperty("lines").EnumerateArray().Select(Measurement.Parse).OfType<Measurement>()]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BenchException($"{path} is no file of results: {error.Message.ReplaceLineEndings(" ")} Write it again with --out.", error);
        }
    }

    /// <summary>Processor, cores, vectors, system and runtime.</summary>
    public static string ThisMachine() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {Vectors()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    static string Vectors() =>
        System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "512-bit" : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "256-bit" : "128-bit";
}
