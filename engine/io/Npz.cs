using System.IO.Compression;

namespace Adjoint;

/// <summary>
/// Reads and writes npz: a zip archive of npy files, stored or deflated. Names are given with or without <c>.npy</c> in the archive.
/// </summary>
public static class Npz
{
    /// <summary>How far an archive may inflate unless the caller says otherwise.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    // The earliest date of the format, so that equal tensors give equal files.
    static readonly DateTimeOffset NoDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Names of the arrays, in the order of the archive.</summary>
    /// <exception cref="DataException">The file is missing or no zip archive, or two arrays have one name.</exception>
    public static IReadOnlyList<string> Names(string path)
    {
        using var archive = NpzArchive.Open(path, DefaultMaxBytes);
        return [.. archive.Names];
    }

    /// <summary>Reads all arrays, in the order of the archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most bytes that the arrays together may inflate to.</param>
    /// <exception cref="DataException">
    /// The file is missing, damaged, inflates too far, or holds an array of text or of a dtype that no tensor has.
    /// </exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path, long maxBytes = DefaultMaxBytes)
    {
        using var archive = NpzArchive.Open(path, maxBytes);
        return ReadAll(archive);
    }

    /// <summary>Reads all arrays from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    public static IReadOnlyDictionary<string, Tensor> Read(byte[] bytes, string source = "memory", long maxBytes = DefaultMaxBytes)
    {
        using var archive = NpzArchive.Open(new MemoryStream(bytes, writable: false), source, maxBytes);
        return ReadAll(archive);
    }

    /// <summary>Reads one array of numbers.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    public static Tensor Read(string path, string name, long maxBytes = DefaultMaxBytes)
    {
        using var archive = NpzArchive.Open(path, maxBytes);
        return Npy.Read(archive.Inflate(name), archive.Inside(name));
    }

    /// <summary>Reads one array of fixed-width text, row-major, without the padding.</summary>
    /// <exception cref="DataException">The file is missing, damaged, inflates too far, has no such array, or the array holds numbers.</exception>
    public static string[] ReadText(string path, string name, long maxBytes = DefaultMaxBytes)
    {
        using var archive = NpzArchive.Open(path, maxBytes);
        return Npy.ReadText(archive.Inflate(name), out _, archive.Inside(name));
    }

    /// <summary>Writes tensors, from any device and layout, as a whole or not at all.</summary>
    /// <exception cref="DataException">The file cannot be written, or two tensors have one name. An old file stays as it was.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        List<KeyValuePair<string, Tensor>> all = [.. tensors];
        HashSet<string> names = [];
        foreach ((string name, _) in all)
        {
            if (name.Length == 0 || !names.Add(name))
                throw DataFault.In(path, $"the array name {DataFault.Quote(name)} is empty or taken twice, nothing was written",
                    "Give every tensor a name of its own.");
        }

        AtomicFile.Write(path, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, Tensor tensor) in all)
            {
                ZipArchiveEntry entry = archive.CreateEntry($"{name}.npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
                entry.LastWriteTime = NoDate;
                using Stream content = entry.Open();
                Npy.Write(content, tensor);
            }
        });
    }

    static OrderedDictionary<string, Tensor> ReadAll(NpzArchive archive)
    {
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (string name in archive.Names) tensors.Add(name, Npy.Read(archive.Inflate(name), archive.Inside(name)));
        return tensors;
    }
}
