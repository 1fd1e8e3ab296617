using System.IO.MemoryMappedFiles;

namespace Adjoint;

/// <summary>A file of any length seen as memory; pages are read when they are touched.</summary>
sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedFile? map;
    readonly MemoryMappedViewAccessor? view;
    byte* start;

    MappedFile(string path, long length, MemoryMappedFile? map)
    {
        Path = path;
        Length = length;
        if (map is null) return;
        this.map = map;
        view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <exception cref="DataException">The file is missing or may not be read.</exception>
    public static MappedFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileStream? stream = null;
        MemoryMappedFile? map = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            long length = stream.Length;
            const MemoryMappedFileAccess access = MemoryMappedFileAccess.Read;
            if (length > 0) map = MemoryMappedFile.CreateFromFile(stream, null, 0, access, HandleInheritability.None, leaveOpen: false);
            else stream.Dispose();
            return new MappedFile(path, length, map);
        }
        catch (Exception failure) when (DataFault.IsSystem(failure))
        {
            map?.Dispose();
            stream?.Dispose();
            throw DataFault.OfSystem(path, "read", failure);
        }
    }

    /// <summary>A stretch of the file. The caller has compared it with <see cref="Length"/>, and keeps this object alive while it reads.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(view is { SafeMemoryMappedViewHandle.IsClosed: true }, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset, (ulong)(Length - length));
        return new ReadOnlySpan<byte>(start + offset, length);
    }

    public void Dispose()
    {
        if (view is null || view.SafeMemoryMappedViewHandle.IsClosed) return;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map!.Dispose();
    }
}
