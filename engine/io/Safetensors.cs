using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Adjoint;

/// <summary>Reads and writes safetensors, the format of checkpoints: a JSON header with names, dtypes and shapes, then the plain numbers.</summary>
public static class Safetensors
{
    const int Alignment = 8;

    /// <summary>Writes tensors, from any device and layout, and free text, as a whole or not at all.</summary>
    /// <exception cref="DataException">
    /// The file cannot be written, two tensors have one name, or a name or text is not valid Unicode. An old file stays as it was.
    /// </exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        List<(string Name, Tensor Tensor)> ordered = Order(path, tensors);
        byte[] header = Header(path, ordered, metadata);
        AtomicFile.Write(path, stream => Write(stream, header, ordered));
    }

    /// <inheritdoc cref="Write(string, IEnumerable{KeyValuePair{string, Tensor}}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, Pairs(tensors), metadata);

    /// <summary>Writes tensors and free text to a stream.</summary>
    /// <exception cref="DataException">Two tensors have one name, or a name or text is not valid Unicode. Nothing has been written then.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        List<(string Name, Tensor Tensor)> ordered = Order("stream", tensors);
        Write(stream, Header("stream", ordered, metadata), ordered);
    }

    /// <inheritdoc cref="Write(Stream, IEnumerable{KeyValuePair{string, Tensor}}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(stream, Pairs(tensors), metadata);

    /// <summary>Reads all tensors and the metadata of a file. F16 and BF16 become f32, I8, U8, I16 and U16 become i32, U32 becomes i64.</summary>
    /// <exception cref="DataException">The file is missing, damaged or of another format.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public static SafetensorsContent Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (string name in file.Entries.Keys) tensors.Add(name, file.Read(name));
        return new SafetensorsContent(tensors, file.Metadata);
    }

    /// <summary>Reads all tensors and the metadata from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static SafetensorsContent Read(ReadOnlyMemory<byte> bytes, string source = "memory")
    {
        ReadOnlySpan<byte> all = bytes.Span;
        int length = SafetensorsHeader.Length(all, all.Length, source);
        ReadOnlySpan<byte> data = all[(SafetensorsHeader.PrefixBytes + length)..];
        var header = SafetensorsHeader.Parse(all.Slice(SafetensorsHeader.PrefixBytes, length), data.Length, source);
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (SafetensorsEntry entry in header.Entries.Values)
        {
            ReadOnlySpan<byte> numbers = data[(int)entry.Begin..(int)entry.End];
            string what = $"tensor {DataFault.Quote(entry.Name)}";
            tensors.Add(entry.Name, TensorBytes.Read(numbers, entry.Type, entry.Shape, bigEndian: false, source, what));
        }

        return new SafetensorsContent(tensors, header.Metadata);
    }

    static IEnumerable<KeyValuePair<string, Tensor>> Pairs(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors.Select(x => KeyValuePair.Create(x.Name, x.Tensor));
    }

    /// <summary>Wide numbers first, so that every tensor starts at a multiple of its number's size and can be used where it is mapped.</summary>
    static List<(string Name, Tensor Tensor)> Order(string source, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        List<(string Name, Tensor Tensor)> ordered = [.. tensors.Select(x => (x.Key, x.Value)).OrderByDescending(x => x.Value.DType.Size())];
        HashSet<string> names = ["__metadata__"];
        foreach ((string name, _) in ordered)
        {
            CheckText(source, name);
            if (!names.Add(name))
                throw DataFault.In(source, $"the tensor name {DataFault.Quote(name)} is taken twice or reserved, nothing was written",
                    "Give every tensor a name of its own.");
        }

        return ordered;
    }

    static byte[] Header(string source, List<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(stackalloc byte[SafetensorsHeader.PrefixBytes]);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, source, metadata);
            long position = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype"u8, tensor.DType.Name().ToUpperInvariant());
                json.WriteStartArray("shape"u8);
                foreach (int size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets"u8);
                json.WriteNumberValue(position);
                json.WriteNumberValue(position += (long)tensor.Count * tensor.DType.Size());
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % Alignment != 0) buffer.Write(" "u8);
        int length = buffer.WrittenCount - SafetensorsHeader.PrefixBytes;
        if (length > SafetensorsHeader.MaxBytes)
            throw DataFault.In(source, $"the header would take {length} bytes, above the limit of {SafetensorsHeader.MaxBytes}, nothing was written",
                "Shorten the metadata.");
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    static void WriteMetadata(Utf8JsonWriter json, string source, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__"u8);
        foreach ((string key, string text) in metadata)
        {
            CheckText(source, key);
            CheckText(source, text);
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    static void CheckText(string source, string text)
    {
        if (!UnicodeText.IsWellFormed(text))
            throw DataFault.In(source, $"the text {DataFault.Quote(text)} holds half a surrogate pair, nothing was written",
                "Use valid Unicode in names and metadata.");
    }

    static void Write(Stream stream, byte[] header, List<(string Name, Tensor Tensor)> tensors)
    {
        stream.Write(header);
        foreach ((_, Tensor tensor) in tensors) TensorBytes.Write(stream, tensor);
    }
}
