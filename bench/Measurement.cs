using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Adjoint.Bench;

/// <summary>One line of results.</summary>
/// <param name="Mode">Mode that measured.</param>
/// <param name="Case">What was measured; for steps the workload.</param>
/// <param name="Variant">How it ran (eager, plan), or nothing.</param>
/// <param name="Figures">Names with units, and values.</param>
sealed record Measurement(string Mode, string Case, string Variant, IReadOnlyList<(string Name, double Value)> Figures)
{
    /// <summary>A figure by its name; null if the line lacks it.</summary>
    public double? this[string name]
    {
        get
        {
            foreach (var (own, value) in Figures)
            {
                if (own == name) return value;
            }

            return null;
        }
    }

    /// <summary>The line as one JSON object. Steps name their case <c>workload</c>, as peers do.</summary>
    public string ToJson()
    {
        var text = new StringBuilder();
        text.Append('{').Append(Pair("mode", Mode)).Append(',').Append(Pair(Mode == "step" ? "workload" : "case", Case));
        if (Variant.Length > 0) text.Append(',').Append(Pair("variant", Variant));
        foreach (var (name, value) in Figures)
            text.Append(CultureInfo.InvariantCulture, $",\"{JsonEncodedText.Encode(name)}\":").Append(double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null");
        return text.Append('}').ToString();
    }

    /// <summary>Reads a line: ours, or a peer's with <c>workload</c> or <c>op</c> for the case. Numbers are figures, other members are left out.</summary>
    /// <returns>Null if the line is no JSON object with a case.</returns>
    public static Measurement? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return Parse(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static Measurement? Parse(JsonElement element)
    {
        string mode = "", label = "", variant = "";
        var figures = new List<(string, double)>();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number) figures.Add((member.Name, member.Value.GetDouble()));
            else if (member.Value.ValueKind == JsonValueKind.String)
            {
                string value = member.Value.GetString()!;
                if (member.Name == "mode") mode = value;
                else if (member.Name is "case" or "workload" or "op") label = value;
                else if (member.Name == "variant") variant = value;
            }
        }

        return label.Length == 0 ? null : new Measurement(mode, label, variant, figures);
    }

    static string Pair(string name, string value) => $"\"{name}\":\"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
