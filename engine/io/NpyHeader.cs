using System.Buffers.Binary;
using System.Text;

namespace Adjoint;

/// <summary>The header of an npy file: magic, version, length, and a Python dictionary with dtype, memory order and shape.</summary>
/// <remarks>Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
readonly record struct NpyHeader(NpyType Type, bool IsFortran, Shape Shape, int DataStart)
{
    const int MaxHeader = 1 << 20;
    const int Alignment = 64;
    const string Damaged = "Save it again with numpy.save.";

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The longest beginning of a file that can hold a header.</summary>
    public const int LongestStart = MaxHeader + 12;

    /// <param name="start">The file's first bytes, at least <see cref="LongestStart"/> of them unless it is shorter.</param>
    /// <param name="length">Bytes of the whole file.</param>
    /// <param name="source">Name of the file for messages.</param>
    /// <exception cref="DataException">The header is damaged, or the file does not hold exactly the bytes of the array.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> start, long length, string source)
    {
        if (!start.StartsWith(Magic)) throw DataFault.In(source, "does not start with numpy's magic bytes", "Check that it is an npy file.");
        if (start.Length < 10) throw DataFault.In(source, "ends within the header", Damaged);
        if (start[6] is < 1 or > 3 || start[7] != 0)
            throw DataFault.In(source, $"has the npy version {start[6]}.{start[7]}, known are 1.0, 2.0 and 3.0", Damaged);
        int lengthBytes = start[6] == 1 ? 2 : 4;
        if (start.Length < 8 + lengthBytes) throw DataFault.In(source, "ends within the header", Damaged);
        ReadOnlySpan<byte> field = start.Slice(8, lengthBytes);
        uint headerBytes = lengthBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (headerBytes > MaxHeader)
            throw DataFault.In(source, $"announces a header of {headerBytes} bytes, above the limit of {MaxHeader}", Damaged);
        int dataStart = 8 + lengthBytes + (int)headerBytes;
        if (dataStart > start.Length) throw DataFault.In(source, "ends within the header", Damaged);

        NpyDictionary fields = NpyDictionary.Parse(start[(8 + lengthBytes)..dataStart], source);
        var type = NpyType.Parse(fields.Descr, source);
        Shape shape = type.Number is { } number
            ? number.CheckShape(fields.Sizes, source, "the array")
            : StoredType.U8.CheckShape(fields.Sizes, source, "the text array");
        if (type.ElementBytes == 0 && shape.Elements > 0)
            throw DataFault.In(source, $"announces {shape.Elements} texts of no characters", "Save it as an array of '<U1'.");
        UInt128 expected = (UInt128)shape.Elements * (ulong)type.ElementBytes;
        var actual = (UInt128)(length - dataStart);
        if (expected != actual)
        {
            throw DataFault.In(
                source,
                $"announces an array {shape} of {expected} bytes but holds {actual}: it was {(expected > actual ? "cut short" : "extended")}",
                Damaged);
        }

        return new NpyHeader(type, fields.IsFortran, shape, dataStart);
    }

    /// <summary>A version 1 header, padded so that the data starts at a multiple of 64 bytes.</summary>
    public static byte[] Write(DType type, Shape shape)
    {
        string sizes = string.Concat(shape.Select(size => $"{size}, "));
        string tuple = shape.Rank == 1 ? sizes.TrimEnd() : sizes.TrimEnd(' ', ',');
        string fields = $"{{'descr': '{NpyType.Name(type)}', 'fortran_order': False, 'shape': ({tuple}), }}";
        int total = (10 + fields.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        (header[6], header[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(fields, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}
