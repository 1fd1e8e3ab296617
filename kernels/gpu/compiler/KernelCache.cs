namespace Adjoint.Kernels.Gpu;

/// <summary>
/// A folder of compiled kernels, one kernel pack a file. Files are written beside and moved into place, so that readers see whole ones, and are trusted no more than any
/// other input: one that is malformed, changed or belongs to another key counts as absent and is replaced. A folder that cannot be read or written costs time and nothing else.
/// </summary>
/// <param name="folder">Path of the folder; made at the first kernel.</param>
public sealed class KernelCache(string folder)
{
    const int LargestFile = 64 << 20;

    /// <summary>Path of the folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    internal KernelImage? Find(string key)
    {
        try
        {
            using var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LargestFile) return null;
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var pack = KernelPack.FromBytes(bytes);
            return pack.Label == key && pack.Kernels.Count == 1 ? pack.Kernels[0] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or KernelPackException)
        {
            return null;
        }
    }

    internal void Keep(string key, KernelImage image)
    {
        string path = PathOf(key), partial = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Folder);
            try
            {
                File.WriteAllBytes(partial, new KernelPack(key, [image]).ToBytes());
                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next process compiles again.
        }
    }

    string PathOf(string key) => Path.Combine(Folder, key + ".kernel");
}
