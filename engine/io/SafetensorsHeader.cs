using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Adjoint;

/// <summary>
/// The header of a safetensors file, checked as a whole: once parsed, every tensor's bytes are known to lie inside the file, to be as many
/// as its shape and dtype need, and to touch no other's. Format: https://huggingface.co/docs/safetensors/index#format.
/// </summary>
sealed class SafetensorsHeader
{
    /// <summary>Bytes before the header: its length, little-endian.</summary>
    public const int PrefixBytes = 8;

    /// <summary>Longest header, the same bound as in the reference implementation.</summary>
    public const int MaxBytes = 100_000_000;

    const string MetadataName = "__metadata__";
    const string Damaged = "Fetch or write the file again.";

    readonly string source;
    readonly OrderedDictionary<string, SafetensorsEntry> entries = [];
    readonly OrderedDictionary<string, string> metadata = [];
    bool hasMetadata;

    SafetensorsHeader(string source) => this.source = source;

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>The header's length, from the first eight bytes.</summary>
    /// <exception cref="DataException">It cannot be: the file is shorter, or the length is beyond the limit.</exception>
    public static int Length(ReadOnlySpan<byte> prefix, long fileLength, string source)
    {
        if (prefix.Length < PrefixBytes)
            throw DataFault.In(source, $"is {prefix.Length} bytes long, too short for a safetensors file", Damaged);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxBytes)
            throw DataFault.In(source, $"announces a header of {length} bytes, above the limit of {MaxBytes}",
                "Check that it is a safetensors file.");
        if ((long)length > fileLength - PrefixBytes)
            throw DataFault.In(source,
                $"announces a header of {length} bytes but holds {fileLength - PrefixBytes} after the length: it was cut short", Damaged);
        return (int)length;
    }

    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">Bytes in the file after the header.</param>
    /// <param name="source">Name of the file for messages.</param>
    /// <exception cref="DataException">The header is not what the format asks for.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string source)
    {
        var header = new SafetensorsHeader(source);
        if (json is not [(byte)'{', ..]) throw DataFault.In(source, "has a header that is not a JSON object", "Check that it is a safetensors file.");
        if (!Utf8.IsValid(json)) throw DataFault.In(source, "has a header that is not UTF-8", Damaged);
        try
        {
            header.ReadAll(json);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader reports an escaped half of a surrogate pair.
            throw DataFault.In(source, $"has a header that is not JSON ({failure.Message})", Damaged, failure);
        }

        header.CheckCover(dataLength);
        return header;
    }

    void ReadAll(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        while (NextName(ref reader) is { } name)
        {
            reader.Read();
            if (name == MetadataName) ReadMetadata(ref reader);
            else if (!entries.TryAdd(name, ReadEntry(ref reader, name))) throw Fault($"names the tensor {DataFault.Quote(name)} twice");
        }

        reader.Read();
    }

    void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (hasMetadata) throw Fault($"holds {MetadataName} twice");
        hasMetadata = true;
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault($"holds a {MetadataName} that is not an object");
        while (NextName(ref reader) is { } key)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Fault($"holds the metadata {DataFault.Quote(key)} whose value is not text");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw Fault($"holds the metadata {DataFault.Quote(key)} twice");
        }
    }

    SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string what = $"tensor {DataFault.Quote(name)}";
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault($"describes {what} by something other than an object");
        StoredType? type = null;
        Span<long> sizes = stackalloc long[Shape.MaxRank], offsets = stackalloc long[2];
        int rank = -1, bounds = -1;
        while (NextName(ref reader) is { } key)
        {
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null: type = ReadType(ref reader, what); break;
                case "shape" when rank < 0: rank = ReadNumbers(ref reader, sizes, $"{what}: shape"); break;
                case "data_offsets" when bounds < 0: bounds = ReadNumbers(ref reader, offsets, $"{what}: data_offsets"); break;
                case "dtype" or "shape" or "data_offsets": throw Fault($"gives {what} the field {key} twice");
                default: reader.Skip(); break;
            }
        }

        if (type is not { } stored || rank < 0 || bounds != 2) throw Fault($"lacks dtype, shape or two data_offsets for {what}");
        Shape shape = stored.CheckShape(sizes[..rank], source, what);
        long bytes = (long)shape.Elements * stored.Size();
        if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw Fault($"gives {what} the bytes {offsets[0]} to {offsets[1]} while its shape {shape} in {stored} needs {bytes}");
        return new SafetensorsEntry(name, stored, shape, offsets[0], offsets[1]);
    }

    StoredType ReadType(ref Utf8JsonReader reader, string what)
    {
        string? name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return name switch
        {
            "F64" => StoredType.F64,
            "F32" => StoredType.F32,
            "F16" => StoredType.F16,
            "BF16" => StoredType.BF16,
            "I64" => StoredType.I64,
            "I32" => StoredType.I32,
            "I16" => StoredType.I16,
            "I8" => StoredType.I8,
            "U32" => StoredType.U32,
            "U16" => StoredType.U16,
            "U8" => StoredType.U8,
            "BOOL" => StoredType.Bool,
            _ => throw DataFault.In(
                source,
                $"{what} has the dtype {(name is null ? "of a JSON value that is not text" : DataFault.Quote(name))}",
                "Convert it to F64, F32, F16, BF16, I64, I32, I16, I8, U32, U16, U8 or BOOL."),
        };
    }

    int ReadNumbers(ref Utf8JsonReader reader, scoped Span<long> numbers, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Fault($"has no array in {what}");
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == numbers.Length) throw Fault($"has more than {numbers.Length} numbers in {what}");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out numbers[count]) || numbers[count] < 0)
                throw Fault($"has something other than whole numbers from 0 to 2^63 - 1 in {what}");
            count++;
        }

        return count;
    }

    /// <summary>Tensors may come in any order in the header, but their bytes must follow each other from the first to the last of the file.</summary>
    void CheckCover(long dataLength)
    {
        long position = 0;
        foreach (SafetensorsEntry entry in entries.Values.OrderBy(x => x.Begin).ThenBy(x => x.End))
        {
            if (entry.Begin != position)
            {
                string gap = entry.Begin < position ? "an overlap" : "a hole";
                throw Fault($"has {gap} before tensor {DataFault.Quote(entry.Name)} at byte {entry.Begin} of the data, expected at {position}");
            }

            position = entry.End;
        }

        if (position > dataLength) throw Fault($"describes {position} bytes of data, but the file holds {dataLength}: it was cut short");
        if (position < dataLength) throw Fault($"describes {position} bytes of data, but the file holds {dataLength}: something was appended");
    }

    /// <summary>The next property name, or null at the end of the object.</summary>
    static string? NextName(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    DataException Fault(string problem) => DataFault.In(source, $"the header {problem}", Damaged);
}
