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

    /// <summary>Parses a small document from outside: shallow, no name twice, no comments.</summary>
    /// <exception cref="DataException">It is not JSON, or not an object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string source)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new DataException($"{source}: not a JSON object. The file is damaged.");
        }
        catch (JsonException failure)
        {
            string place = failure.LineNumber is { } line ? $" near line {line + 1}" : "";
            throw new DataException($"{source}: not valid JSON{place}. The file is damaged.", failure);
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
