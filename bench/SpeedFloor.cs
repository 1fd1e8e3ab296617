using System.Text.Json;

namespace Adjoint.Bench;

/// <summary>The least that a figure may be. Figures with floors are shares of a measured peak, or of a peer in the same run; never times.</summary>
/// <param name="Mode">Mode of the line.</param>
/// <param name="Case">Case of the line.</param>
/// <param name="Threads">Threads of the line; null for any.</param>
/// <param name="Figure">Name of the figure.</param>
/// <param name="Least">The floor.</param>
sealed record SpeedFloor(string Mode, string Case, int? Threads, string Figure, double Least)
{
    static readonly string[] shares = ["percent_of_peak", "percent_of_roof", "ratio", "speedup"];

    /// <summary>Whether the floor is about this line.</summary>
    public bool Applies(Measurement line) => line.Mode == Mode && line.Case == Case && (Threads is null || line["threads"] == Threads);

    public override string ToString() => $"{Case}{(Threads is { } threads ? $" on {threads} thread{(threads == 1 ? "" : "s")}" : "")}, {Figure}";

    /// <summary>Reads a file of floors: a JSON array of objects with <c>mode</c>, <c>case</c>, <c>figure</c>, <c>least</c> and perhaps <c>threads</c>.</summary>
    /// <exception cref="BenchException">The file is missing or damaged, or an entry is not of that form.</exception>
    public static IReadOnlyList<SpeedFloor> Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"{path} cannot be read: {error.Message} Restore it from the repository.", error);
        }
    }

    /// <summary>Reads the text of a file of floors.</summary>
    /// <inheritdoc cref="Load"/>
    public static IReadOnlyList<SpeedFloor> Parse(string text, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new BenchException($"{path} is not a JSON array. Write one object a floor between [ and ].");
            var floors = new List<SpeedFloor>();
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                SpeedFloor floor = Read(element, $"{path}, floor {floors.Count + 1}");
                if (floors.Exists(other => other with { Least = floor.Least } == floor))
                    throw new BenchException($"{path}, floor {floors.Count + 1}: {floor} has a floor already. Keep one.");
                floors.Add(floor);
            }

            return floors;
        }
        catch (JsonException error)
        {
            throw new BenchException($"{path} is not JSON: {error.Message.ReplaceLineEndings(" ")} Correct that line.", error);
        }
    }

    static SpeedFloor Read(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new BenchException($"{place} is not an object. Write mode, case, figure and least.");
        string? mode = null, label = null, figure = null;
        int? threads = null;
        double? least = null;
        var seen = new HashSet<string>();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!seen.Add(member.Name)) throw new BenchException($"{place}: '{member.Name}' stands twice. Remove one.");
            switch (member.Name)
            {
                case "mode": mode = Text(member, place); break;
                case "case": label = Text(member, place); break;
                case "figure": figure = Text(member, place); break;
                case "threads" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out int count) && count > 0: threads = count; break;
                case "least" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out double value) && double.IsFinite(value) && value > 0: least = value; break;
                case "threads" or "least": throw new BenchException($"{place}: '{member.Name}' is {member.Value.GetRawText()}. Write a number above zero.");
                default: throw new BenchException($"{place}: unknown member '{member.Name}'. Known: mode, case, threads, figure, least.");
            }
        }

        if (mode is null || label is null || figure is null || least is null) throw new BenchException($"{place} lacks mode, case, figure or least. Add it.");
        if (!shares.Contains(figure)) throw new BenchException($"{place}: '{figure}' is not a share. Floors are for {string.Join(", ", shares)}.");
        return new SpeedFloor(mode, label, threads, figure, least.Value);
    }

    static string Text(JsonProperty member, string place) => member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } text
        ? text
        : throw new BenchException($"{place}: '{member.Name}' is {member.Value.GetRawText()}. Write a text.");
}
