using System.Text;
using System.Text.Json;

namespace Adjoint.Models;

/// <summary>JSON as the command writes it: one object a line, numbers that read back exactly, null for numbers that JSON cannot hold.</summary>
public static class Json
{
    /// <summary>One object on one line, without the line's end.</summary>
    public static string Line(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(Write(members, indented: false));

    /// <summary>An object over several lines, ended by a line feed.</summary>
    public static byte[] Document(Action<Utf8JsonWriter> members) => [.. Write(members, indented: true), (byte)'\n'];

    /// <summary>Writes a number; null if it is not finite.</summary>
    public static void WriteFinite(this Utf8JsonWriter writer, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsFinite(value)) writer.WriteNumber(name, value);
        else writer.WriteNull(name);
    }

    /// <summary>Parses a small document from outside: shallow, no name twice, no comments, every text whole.</summary>
    /// <param name="text">The document.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="remedy">What to do if it is damaged.</param>
    /// <exception cref="DataException">It is not JSON, or not an object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string source, string remedy = "The file is damaged.")
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new DataException($"{source}: not a JSON object. {remedy}");
            CheckTexts(document.RootElement);
            return document;
        }
        catch (JsonException failure)
        {
            string place = failure.LineNumber is { } line ? $" near line {line + 1}" : "";
            throw new DataException($"{source}: not valid JSON{place}. {remedy}", failure);
        }
        catch (InvalidOperationException failure)
        {
            document?.Dispose();
            throw new DataException($"{source}: a text holds half of a surrogate pair. {remedy}", failure);
        }
    }

    // The parser accepts escapes of half a surrogate pair and throws when the text is read; read all of them here, where the error has a name.
    static void CheckTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) element.GetString();
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray()) CheckTexts(item);
        }

        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            _ = member.Name;
            CheckTexts(member.Value);
        }
    }

    static byte[] Write(Action<Utf8JsonWriter> members, bool indented)
    {
        ArgumentNullException.ThrowIfNull(members);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
