using System.Text;
using System.Text.Json;

namespace Adjoint.Models.DeepIv;

/// <summary>A <see cref="TableEncoder"/> as JSON on one line.</summary>
static class TableEncoderText
{
    /// <summary>Writes one.</summary>
    public static string Write(
        ColumnCoding treatment, ColumnCoding outcome, IReadOnlyList<ColumnCoding> instruments, IReadOnlyList<ColumnCoding> covariates, IReadOnlyList<int> linearInstruments, IReadOnlyList<int> linearCovariates) =>
        Json.Line(writer =>
        {
            WriteColumns(writer, "treatment", [treatment]);
            WriteColumns(writer, "outcome", [outcome]);
            WriteColumns(writer, "instruments", instruments);
            WriteColumns(writer, "covariates", covariates);
            WritePlaces(writer, "linear_instruments", linearInstruments);
            WritePlaces(writer, "linear_covariates", linearCovariates);
        });

    /// <summary>Reads one.</summary>
    /// <exception cref="DataException">The text is damaged.</exception>
    public static TableEncoder Read(string text, string name)
    {
        using JsonDocument document = Json.Parse(Encoding.UTF8.GetBytes(text), $"The checkpoint's '{name}'");
        JsonElement root = document.RootElement;
        ColumnCoding[] instruments = Columns(root, "instruments"), covariates = Columns(root, "covariates"), treatment = Columns(root, "treatment"), outcome = Columns(root, "outcome");
        if (treatment.Length != 1 || outcome.Length != 1 || treatment[0].Levels is { Count: not 2 } || outcome[0].Levels is { Count: not 2 }) throw Damaged("treatment or outcome");
        return new(
            treatment[0], outcome[0], instruments, covariates, Places(root, "linear_instruments", instruments.Sum(static one => one.Outputs.Count())),
            Places(root, "linear_covariates", covariates.Sum(static one => one.Outputs.Count())));

        DataException Damaged(string part) => new($"The checkpoint's '{name}' has no valid '{part}'. The file is damaged.");

        JsonElement Member(JsonElement element, string part, JsonValueKind kind) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(part, out JsonElement member) && member.ValueKind == kind ? member : throw Damaged(part);

        ColumnCoding[] Columns(JsonElement element, string part) => [.. Member(element, part, JsonValueKind.Array).EnumerateArray().Select(one =>
            new ColumnCoding(Text(one, "name"), one.TryGetProperty("levels", out JsonElement levels) ? Levels(levels) : null))];

        string Text(JsonElement element, string part) => Member(element, part, JsonValueKind.String).GetString()!;

        string[] Levels(JsonElement levels)
        {
            bool isValid = levels.ValueKind == JsonValueKind.Array && levels.GetArrayLength() > 0 && levels.EnumerateArray().All(static level => level.ValueKind == JsonValueKind.String);
            return isValid ? [.. levels.EnumerateArray().Select(static level => level.GetString()!)] : throw Damaged("levels");
        }

        int[] Places(JsonElement element, string part, int count) => [.. Member(element, part, JsonValueKind.Array).EnumerateArray().Select(place =>
            place.ValueKind == JsonValueKind.Number && place.TryGetInt32(out int value) && value >= 0 && value < count ? value : throw Damaged(part))];
    }

    static void WriteColumns(Utf8JsonWriter writer, string part, IReadOnlyList<ColumnCoding> columns)
    {
        writer.WriteStartArray(part);
        foreach (ColumnCoding column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            if (column.Levels is not null)
            {
                writer.WriteStartArray("levels");
                foreach (string level in column.Levels) writer.WriteStringValue(level);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    static void WritePlaces(Utf8JsonWriter writer, string part, IReadOnlyList<int> places)
    {
        writer.WriteStartArray(part);
        foreach (int place in places) writer.WriteNumberValue(place);
        writer.WriteEndArray();
    }
}
