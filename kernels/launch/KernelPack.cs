using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Adjoint.Kernels;

/// <summary>
/// Compiled kernels in one file, for programs without a compiler. Layout, little-endian: magic (8 bytes), version (u32), bytes of the body (u32), SHA-256 of the body, body.
/// The body: label, number of kernels (u32), kernels. A text is its length in bytes (u32) and UTF-8. Every length is checked against what is left before anything is allocated.
/// </summary>
public sealed class KernelPack
{
    const uint Version = 1;
    const int HeaderBytes = 8 + 4 + 4 + SHA256.HashSizeInBytes;

    // What a well-formed kernel takes at least: the lengths of its three texts, four numbers and the number of its parameters.
    const int MinimumKernelBytes = 8 * sizeof(uint);
    const int ParameterBytes = 1 + (3 * sizeof(uint));

    readonly Dictionary<(string Name, string Target), KernelImage> byName = [];

    /// <summary>A pack of kernels.</summary>
    /// <param name="label">What the pack is: a version, or the key under which it is cached.</param>
    /// <param name="kernels">Its kernels.</param>
    /// <exception cref="KernelPackException">Two kernels share name and target.</exception>
    public KernelPack(string label, IReadOnlyList<KernelImage> kernels)
    {
        Label = label;
        Kernels = kernels;
        foreach (KernelImage kernel in kernels)
        {
            if (!byName.TryAdd((kernel.Name, kernel.Target), kernel))
                throw new KernelPackException($"Kernel pack: two kernels are named {kernel.Name} for {kernel.Target}. Rename one?");
        }
    }

    static ReadOnlySpan<byte> Magic => "ADJKPACK"u8;

    /// <summary>What the pack is.</summary>
    public string Label { get; }

    /// <summary>The kernels in order.</summary>
    public IReadOnlyList<KernelImage> Kernels { get; }

    /// <summary>The kernel of a name for a target; null if the pack has none.</summary>
    public KernelImage? Find(string name, string target) => byName.GetValueOrDefault((name, target));

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            Write(writer, Label);
            writer.Write((uint)Kernels.Count);
            foreach (KernelImage kernel in Kernels) Write(writer, kernel);
        }

        byte[] bytes = new byte[HeaderBytes + body.Length];
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(bytes.AsSpan(HeaderBytes));
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)body.Length);
        SHA256.HashData(bytes.AsSpan(HeaderBytes), bytes.AsSpan(16));
        return bytes;
    }

    /// <summary>Reads a pack.</summary>
    /// <exception cref="KernelPackException">The bytes are not a pack of this version, or were changed.</exception>
    public static KernelPack FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes[..8].SequenceEqual(Magic)) throw new KernelPackException("Kernel pack: not a kernel pack. Another file?");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version) throw new KernelPackException($"Kernel pack: version {version}, this program reads {Version}. Build the pack again?");
        ReadOnlySpan<byte> body = bytes[HeaderBytes..];
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (length != body.Length) throw new KernelPackException($"Kernel pack: {body.Length} bytes of {length}. Copy it again?");
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes.Slice(16, SHA256.HashSizeInBytes)))
            throw new KernelPackException("Kernel pack: its contents do not have the hash in its header. Copy it again?");

        var reader = new PackReader(body);
        string label = reader.Text();
        var kernels = new KernelImage[reader.Count(MinimumKernelBytes)];
        for (int i = 0; i < kernels.Length; i++) kernels[i] = Read(ref reader);
        reader.End();
        return new KernelPack(label, kernels);
    }

    static void Write(BinaryWriter writer, KernelImage kernel)
    {
        Write(writer, kernel.Name);
        Write(writer, kernel.Target);
        Write(writer, kernel.Text);
        writer.Write(kernel.Threads);
        writer.Write(kernel.BlocksPerMultiprocessor);
        writer.Write(kernel.StaticSharedBytes);
        writer.Write(kernel.DynamicSharedBytes);
        writer.Write((uint)kernel.Parameters.Count);
        foreach (KernelParameter parameter in kernel.Parameters)
        {
            writer.Write((byte)parameter.Kind);
            writer.Write(parameter.Offset);
            writer.Write(parameter.Size);
            writer.Write(parameter.Alignment);
        }
    }

    static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((uint)bytes.Length);
        writer.Write(bytes);
    }

    static KernelImage Read(ref PackReader reader)
    {
        string name = reader.Text(), target = reader.Text(), text = reader.Text();
        int threads = reader.Number(1, 1024), blocks = reader.Number(0, 64), fixedShared = reader.Number(0, 1 << 20), dynamicShared = reader.Number(0, 1 << 20);
        var parameters = new KernelParameter[reader.Count(ParameterBytes)];
        int end = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            int kind = reader.Byte(), offset = reader.Number(end, 4096), size = reader.Number(1, 4096), alignment = reader.Number(1, 16);
            if (kind > (int)KernelParameterKind.Value || offset % alignment != 0)
                throw new KernelPackException($"Kernel pack: parameter {i} of {name} is malformed. Build the pack again?");
            parameters[i] = new((KernelParameterKind)kind, offset, size, alignment);
            end = offset + size;
        }

        return new KernelImage
        {
            Name = name,
            Target = target,
            Text = text,
            Threads = threads,
            BlocksPerMultiprocessor = blocks,
            StaticSharedBytes = fixedShared,
            DynamicSharedBytes = dynamicShared,
            Parameters = parameters,
        };
    }
}
