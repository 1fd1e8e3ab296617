namespace Adjoint;

/// <summary>
/// An open safetensors file. The header is read and checked at once, each tensor when it is asked for, so a large file costs what is used of it.
/// </summary>
/// <remarks>
/// The file is mapped into memory: it must not be shortened while it is open. Replacing it, as <see cref="AtomicFile"/> does, is fine.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    readonly MappedFile file;
    readonly SafetensorsHeader header;
    readonly long dataStart;

    SafetensorsFile(MappedFile file)
    {
        this.file = file;
        ReadOnlySpan<byte> prefix = file.Span(0, (int)Math.Min(SafetensorsHeader.PrefixBytes, file.Length));
        int length = SafetensorsHeader.Length(prefix, file.Length, file.Path);
        dataStart = SafetensorsHeader.PrefixBytes + length;
        header = SafetensorsHeader.Parse(file.Span(SafetensorsHeader.PrefixBytes, length), file.Length - dataStart, file.Path);
    }

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="DataException">The file is missing, damaged or of another format.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Name, dtype and shape of every tensor, by name, in the order of the header.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => header.Entries;

    /// <summary>The free text that was saved with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Reads one tensor. Like every new tensor it lives in the current <see cref="Step"/>, if there is one.</summary>
    /// <exception cref="DataException">There is no tensor of this name, or a truth value is neither 0 nor 1.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public Tensor Read(string name)
    {
        if (!Entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            throw DataFault.In(
                file.Path,
                $"holds no tensor named {DataFault.Quote(name)}",
                $"It holds {Entries.Count}: {string.Join(", ", Entries.Keys.Take(5).Select(DataFault.Quote))}{(Entries.Count > 5 ? ", …" : "")}.");
        }

        ReadOnlySpan<byte> bytes = file.Span(dataStart + entry.Begin, (int)(entry.End - entry.Begin));
        return TensorBytes.Read(bytes, entry.Type, entry.Shape, bigEndian: false, file.Path, $"tensor {DataFault.Quote(name)}");
    }

    /// <summary>Closes the file. Tensors that were read stay.</summary>
    public void Dispose() => file.Dispose();
}
