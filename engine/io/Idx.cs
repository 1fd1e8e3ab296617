using System.Buffers.Binary;

namespace Adjoint;

/// <summary>Reads IDX, the format of MNIST: a big-endian header with number format and sizes, then the numbers. Gzip is recognised.</summary>
/// <remarks>Format: http://yann.lecun.com/exdb/mnist/, "the IDX file format".</remarks>
public static class Idx
{
    /// <summary>How far a file may inflate unless the caller says otherwise.</summary>
    public const long DefaultMaxBytes = 1L << 30;

    const string Damaged = "Check that it is an IDX file, and fetch it again.";

    /// <summary>Reads an array. Bytes and 16-bit integers become i32; i32, f32 and f64 stay.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most bytes that the file may inflate to.</param>
    /// <exception cref="DataException">The file is missing, damaged, of another format, or inflates too far.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public static Tensor Read(string path, long maxBytes = DefaultMaxBytes) => ReadInflated(FileBytes.Read(path, maxBytes), path);

    /// <summary>Reads an array from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    public static Tensor Read(byte[] bytes, string source = "memory", long maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return ReadInflated(FileBytes.Inflate(bytes, source, maxBytes), source);
    }

    /// <summary>Reads an array of unsigned bytes, such as images, without conversion, row-major.</summary>
    /// <exception cref="DataException">
    /// The file is missing, damaged, of another format, inflates too far, or holds other numbers than bytes.
    /// </exception>
    public static byte[] ReadBytes(string path, out Shape shape, long maxBytes = DefaultMaxBytes)
    {
        byte[] content = FileBytes.Read(path, maxBytes);
        (StoredType type, shape, int dataStart) = Header(content, path);
        if (type != StoredType.U8) throw DataFault.In(path, $"holds numbers of type {type}, not unsigned bytes", "Read it with Idx.Read.");
        return content[dataStart..];
    }

    static Tensor ReadInflated(byte[] content, string source)
    {
        (StoredType type, Shape shape, int dataStart) = Header(content, source);
        return TensorBytes.Read(content.AsSpan(dataStart), type, shape, bigEndian: true, source, "the array");
    }

    static (StoredType Type, Shape Shape, int DataStart) Header(ReadOnlySpan<byte> content, string source)
    {
        if (content is not [0, 0, _, _, ..]) throw DataFault.In(source, "does not start with the two zero bytes of IDX", Damaged);
        StoredType type = content[2] switch
        {
            0x08 => StoredType.U8,
            0x09 => StoredType.I8,
            0x0B => StoredType.I16,
            0x0C => StoredType.I32,
            0x0D => StoredType.F32,
            0x0E => StoredType.F64,
            _ => throw DataFault.In(source, $"has the unknown number format {content[2]:X2}", Damaged),
        };
        int rank = content[3], dataStart = 4 + (4 * rank);
        if (content.Length < dataStart) throw DataFault.In(source, $"ends within the header, which announces {rank} axes", Damaged);
        var sizes = new long[rank];
        for (int axis = 0; axis < rank; axis++) sizes[axis] = BinaryPrimitives.ReadUInt32BigEndian(content[(4 + (4 * axis))..]);
        Shape shape = type.CheckShape(sizes, source, "the array");
        long expected = (long)shape.Elements * type.Size(), actual = content.Length - dataStart;
        if (expected != actual)
        {
            throw DataFault.In(
                source,
                $"announces an array {shape} of {expected} bytes but holds {actual}: it was {(expected > actual ? "cut short" : "extended")}",
                Damaged);
        }

        return (type, shape, dataStart);
    }
}
