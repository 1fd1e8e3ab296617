using System.Buffers.Binary;
using System.Text;

namespace Adjoint.Kernels;

/// <summary>Takes numbers and texts from the body of a kernel pack, and never more than it holds.</summary>
ref struct PackReader(ReadOnlySpan<byte> rest)
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> rest = rest;

    public int Byte() => Take(1)[0];

    /// <summary>A number within bounds.</summary>
    public int Number(int minimum, int maximum)
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        return value >= minimum && value <= maximum
            ? value
            : throw new KernelPackException($"Kernel pack: {value} where a number from {minimum} to {maximum} belongs. Build the pack again?");
    }

    /// <summary>How many items follow, of which each takes some bytes at least.</summary>
    public int Count(int minimumBytes)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
        return count <= rest.Length / minimumBytes ? (int)count : throw Short();
    }

    public string Text()
    {
        ReadOnlySpan<byte> bytes = Take(Count(1));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new KernelPackException("Kernel pack: a text is not UTF-8. Build the pack again?");
        }
    }

    public readonly void End()
    {
        if (!rest.IsEmpty) throw new KernelPackException($"Kernel pack: {rest.Length} bytes are left over. Build the pack again?");
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length) throw Short();
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    static KernelPackException Short() => new("Kernel pack: it ends too early. Copy it again?");
}
