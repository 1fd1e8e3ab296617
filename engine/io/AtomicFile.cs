namespace Adjoint;

/// <summary>
/// Writes a file as a whole or not at all: into a temporary file of the same folder, flushed to the disk, then renamed over the old one.
/// </summary>
/// <remarks>
/// Readers that have the old file open keep reading it. A machine that loses power between the rename and the next write of the folder may
/// come back with the old file, never with half of the new one. A process that is killed leaves <c>NAME.*.tmp</c> behind, and the old file.
/// </remarks>
public static class AtomicFile
{
    const int BufferBytes = 1 << 16;

    /// <summary>Lets <paramref name="write"/> fill a stream that becomes the file at <paramref name="path"/>. A symbolic link is followed.</summary>
    /// <exception cref="DataException">
    /// The folder does not exist or may not be written, the disk is full, or the path is a folder.
    /// The old file is untouched, no temporary file is left.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception failure)
        {
            Remove(temporary);
            if (failure is IOException or UnauthorizedAccessException) throw DataFault.OfSystem(path, "written", failure);
            throw;
        }
    }

    static string Target(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            string target = new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
            if (Directory.Exists(target)) throw DataFault.In(path, "is a folder, not a file", "Add a file name to the path.");
            return target;
        }
        catch (Exception failure) when (DataFault.IsSystem(failure))
        {
            throw DataFault.OfSystem(path, "written", failure);
        }
    }

    static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; this one only means that the temporary file never came to be, or stays.
        }
    }
}
