using System.Buffers.Binary;
using System.IO.Compression;

namespace Adjoint;

/// <summary>Whole files in memory, up to a limit, inflated if they are gzip.</summary>
static class FileBytes
{
    const int FirstBuffer = 1 << 16;
    const int SmallestMember = 18;

    /// <summary>The content of a file; of its inflated content if it starts with gzip's magic number.</summary>
    /// <exception cref="DataException">The file is missing, may not be read, is damaged, or its content is longer than the limit.</exception>
    public static byte[] Read(string path, long limit)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (stream.Length > Math.Min(limit, Array.MaxLength)) throw TooLong(path, limit);
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception failure) when (DataFault.IsSystem(failure))
        {
            throw DataFault.OfSystem(path, "read", failure);
        }

        return Inflate(bytes, path, limit);
    }

    /// <summary>The bytes themselves, or what they inflate to if they start with gzip's magic number.</summary>
    /// <exception cref="DataException">The data is damaged or inflates to more than the limit.</exception>
    public static byte[] Inflate(byte[] bytes, string source, long limit)
    {
        if (bytes.Length > limit) throw TooLong(source, limit);
        if (bytes is not [0x1F, 0x8B, ..]) return bytes;
        try
        {
            using MemoryStream compressed = new(bytes);
            using GZipStream stream = new(compressed, CompressionMode.Decompress);
            byte[] inflated = ReadToEnd(stream, source, limit);
            if (!EndsInTrailer(bytes, inflated))
                throw DataFault.In(source, "is gzip data that ends without the checksum of what it holds: it was cut short or extended",
                    "Fetch the file again.");
            return inflated;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw DataFault.In(source, "is damaged gzip data", "Fetch or compress the file again.", failure);
        }
    }

    /// <summary>
    /// Whether the last eight bytes are the checksum and the length of the last member (RFC 1952), whose content ends the inflated data.
    /// The stream reader takes a cut file for a short one and ignores what follows a member, so this is looked at here.
    /// </summary>
    static bool EndsInTrailer(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> inflated)
    {
        if (compressed.Length < SmallestMember) return false;
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(compressed[^8..]), length = BinaryPrimitives.ReadUInt32LittleEndian(compressed[^4..]);
        if (length == 0) return checksum == 0 && inflated.IsEmpty;
        return length <= inflated.Length && Crc32.Of(inflated[^(int)length..]) == checksum;
    }

    static byte[] ReadToEnd(Stream stream, string source, long limit)
    {
        var buffer = new byte[FirstBuffer];
        int length = 0;
        while (true)
        {
            int count = stream.Read(buffer, length, buffer.Length - length);
            if (count == 0) break;
            length += count;
            if (length > limit) throw TooLong(source, limit);
            if (length < buffer.Length) continue;
            if (length == Array.MaxLength) throw TooLong(source, length);
            Array.Resize(ref buffer, (int)Math.Min(2L * length, Math.Min(limit, Array.MaxLength - 1) + 1));
        }

        return buffer.AsSpan(0, length).ToArray();
    }

    static DataException TooLong(string source, long limit) => DataFault.In(
        source,
        $"holds more than {Math.Min(limit, Array.MaxLength)} bytes",
        "Raise maxBytes (2 GiB at most) if the file is to be trusted, or split it.");
}
