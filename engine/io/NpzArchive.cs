using System.IO.Compression;

namespace Adjoint;

/// <summary>An open npz archive. Entries are inflated into memory only, so names that are paths lead nowhere.</summary>
sealed class NpzArchive : IDisposable
{
    const string Suffix = ".npy";

    // Deflate cannot do better: 258 bytes from two bits, and headers.
    const long LargestRatio = 1032;

    readonly OrderedDictionary<string, ZipArchiveEntry> entries = [];
    readonly ZipArchive archive;
    readonly string source;
    readonly long limit;
    readonly long archiveBytes;
    long inflated;

    NpzArchive(Stream stream, string source, long limit)
    {
        this.source = source;
        this.limit = limit;
        archiveBytes = stream.Length;
        archive = Guarded(source, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false));
        foreach (ZipArchiveEntry entry in Guarded(source, () => archive.Entries))
        {
            string name = entry.FullName.EndsWith(Suffix, StringComparison.Ordinal) ? entry.FullName[..^Suffix.Length] : entry.FullName;
            if (!entries.TryAdd(name, entry))
                throw DataFault.In(source, $"holds two arrays named {DataFault.Quote(name)}", "Save the archive again with names of their own.");
        }
    }

    public IEnumerable<string> Names => entries.Keys;

    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes that all entries together may inflate to.</param>
    /// <exception cref="DataException">The file is missing or no zip archive, or two arrays have one name.</exception>
    public static NpzArchive Open(string path, long limit)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), path, limit);
        }
        catch (Exception failure) when (DataFault.IsSystem(failure))
        {
            throw DataFault.OfSystem(path, "read", failure);
        }
    }

    /// <inheritdoc cref="Open(string, long)"/>
    public static NpzArchive Open(Stream stream, string source, long limit)
    {
        try
        {
            return new NpzArchive(stream, source, limit);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The npy bytes of one array, inflated and compared with the length and the checksum that the archive declares.</summary>
    /// <exception cref="DataException">There is no such array, it is damaged, or the limit is reached.</exception>
    public byte[] Inflate(string name)
    {
        if (!entries.TryGetValue(name, out ZipArchiveEntry? entry))
        {
            throw DataFault.In(
                source,
                $"holds no array named {DataFault.Quote(name)}",
                $"It holds {entries.Count}: {string.Join(", ", entries.Keys.Take(5).Select(DataFault.Quote))}{(entries.Count > 5 ? ", …" : "")}.");
        }

        byte[] bytes = Guarded(Inside(name), () => Inflate(entry, name));
        if (Crc32.Of(bytes) != entry.Crc32)
            throw DataFault.In(Inside(name), "has a checksum other than the archive declares", "Fetch or save the archive again.");
        return bytes;
    }

    /// <summary>The name of an array within the archive, for messages.</summary>
    public string Inside(string name) => $"{source}[{DataFault.Quote(name)}]";

    public void Dispose() => archive.Dispose();

    byte[] Inflate(ZipArchiveEntry entry, string name)
    {
        if (entry.IsEncrypted) throw DataFault.In(Inside(name), "is encrypted", "Save the archive without a password.");
        if (entry.Length < 0 || entry.Length > limit - inflated)
        {
            throw DataFault.In(
                Inside(name),
                $"inflates to {entry.Length} bytes, more than the {limit - inflated} that remain of the limit of {limit}",
                "Raise maxBytes if the archive is to be trusted.");
        }

        if (entry.Length > Array.MaxLength)
            throw DataFault.In(Inside(name), $"inflates to {entry.Length} bytes, above 2 GiB", "Save the array in pieces.");
        // The compressed length is only declared, too; the archive's own cannot lie.
        long compressed = Math.Min(entry.CompressedLength, archiveBytes);
        if (entry.Length / LargestRatio > compressed)
            throw DataFault.In(Inside(name), $"declares {entry.Length} bytes from {compressed}, more than deflate can give",
                "Fetch or save the archive again.");
        var bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count < bytes.Length || stream.ReadByte() >= 0)
            throw DataFault.In(Inside(name), $"declares {bytes.Length} bytes but holds {(count < bytes.Length ? "fewer" : "more")}",
                "Fetch or save the archive again.");
        inflated += bytes.Length;
        return bytes;
    }

    /// <summary>The archive reader meets damage with many exceptions; all that a damaged file can cause become one.</summary>
    static T Guarded<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (DataFault.IsSystem(failure) || failure is InvalidDataException or OverflowException or InvalidOperationException)
        {
            throw DataFault.In(source, $"is no zip archive, or a damaged one ({failure.Message.TrimEnd('.')})",
                "Fetch or save it again with numpy.savez.", failure);
        }
    }
}
