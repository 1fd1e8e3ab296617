namespace Adjoint;

/// <summary>Reads and writes single arrays in numpy's npy format.</summary>
/// <remarks>
/// Read are versions 1 to 3 in either byte order and memory order, with the dtypes f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 b1 (f2 becomes f32,
/// integers below 32 bits i32, u4 i64) and text. Written is version 1, little-endian, row-major. Pickled objects are never read.
/// </remarks>
public static class Npy
{
    /// <summary>Reads an array of numbers.</summary>
    /// <exception cref="DataException">The file is missing, damaged, of another format, holds text, or a dtype that no tensor has.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public static Tensor Read(string path)
    {
        using var file = MappedFile.Open(path);
        NpyHeader header = NpyHeader.Parse(file.Span(0, (int)Math.Min(file.Length, NpyHeader.LongestStart)), file.Length, path);
        return Numbers(header, file.Span(header.DataStart, DataBytes(header, path)), path);
    }

    /// <summary>Reads an array of numbers from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static Tensor Read(ReadOnlyMemory<byte> bytes, string source = "memory")
    {
        var header = NpyHeader.Parse(bytes.Span, bytes.Length, source);
        return Numbers(header, bytes.Span[header.DataStart..], source);
    }

    /// <summary>Reads an array of fixed-width text (numpy's U or S), row-major, without the padding.</summary>
    /// <exception cref="DataException">The file is missing, damaged, of another format, or holds numbers.</exception>
    public static string[] ReadText(string path) => ReadText(path, out _);

    /// <inheritdoc cref="ReadText(string)"/>
    public static string[] ReadText(string path, out Shape shape)
    {
        using var file = MappedFile.Open(path);
        NpyHeader header = NpyHeader.Parse(file.Span(0, (int)Math.Min(file.Length, NpyHeader.LongestStart)), file.Length, path);
        shape = header.Shape;
        return NpyText.Read(header, file.Span(header.DataStart, DataBytes(header, path)), path);
    }

    /// <summary>Reads an array of text from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="ReadText(string)"/>
    public static string[] ReadText(ReadOnlyMemory<byte> bytes, out Shape shape, string source = "memory")
    {
        var header = NpyHeader.Parse(bytes.Span, bytes.Length, source);
        shape = header.Shape;
        return NpyText.Read(header, bytes.Span[header.DataStart..], source);
    }

    /// <summary>Writes a tensor, from any device and layout, as a whole or not at all.</summary>
    /// <exception cref="DataException">The file cannot be written; an old one stays as it was.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        AtomicFile.Write(path, stream => Write(stream, tensor));
    }

    /// <summary>Writes a tensor, from any device and layout, to a stream.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensor);
        stream.Write(NpyHeader.Write(tensor.DType, tensor.Shape));
        TensorBytes.Write(stream, tensor);
    }

    static Tensor Numbers(NpyHeader header, ReadOnlySpan<byte> data, string source)
    {
        if (header.Type.Number is not { } type) throw DataFault.In(source, "holds text, not numbers", "Read it with Npy.ReadText or Npz.ReadText.");
        if (!header.IsFortran || header.Shape.Rank < 2)
            return TensorBytes.Read(data, type, header.Shape, header.Type.BigEndian, source, "the array");
        int[] reversed = [.. Enumerable.Range(0, header.Shape.Rank).Reverse()];
        Shape stored = Shape.Create([.. reversed.Select(axis => header.Shape[axis])]);
        return TensorBytes.Read(data, type, stored, header.Type.BigEndian, source, "the array").Permute(reversed).Contiguous();
    }

    static int DataBytes(NpyHeader header, string source)
    {
        long bytes = header.Shape.Elements * header.Type.ElementBytes;
        return bytes <= int.MaxValue ? (int)bytes : throw DataFault.In(source, $"holds {bytes} bytes of text, above the limit of 2 GiB",
            "Save the array in pieces.");
    }
}
