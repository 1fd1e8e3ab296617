using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Adjoint;

/// <summary>Tensors from the bytes of a file, and back. Byte order is little-endian unless said otherwise.</summary>
static class TensorBytes
{
    /// <summary>A tensor of the given shape from as many stored numbers, row-major; types that have no dtype are converted.</summary>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    /// <exception cref="DataException">A truth value is neither 0 nor 1.</exception>
    public static Tensor Read(ReadOnlySpan<byte> bytes, StoredType type, Shape shape, bool bigEndian, string source, string what)
    {
        Recorder.Forbid("Reading a file brings host values in", "Read it before the step, or pass the tensor as an input of the plan.");
        var tensor = Tensor.Allocate(shape, type.Target(), Device.Cpu);
        switch (type)
        {
            case StoredType.F32: Copy(bytes, MemoryMarshal.Cast<float, uint>(tensor.Span<float>()), bigEndian); break;
            case StoredType.I32: Copy(bytes, MemoryMarshal.Cast<int, uint>(tensor.Span<int>()), bigEndian); break;
            case StoredType.F64: Copy(bytes, MemoryMarshal.Cast<double, ulong>(tensor.Span<double>()), bigEndian); break;
            case StoredType.I64: Copy(bytes, MemoryMarshal.Cast<long, ulong>(tensor.Span<long>()), bigEndian); break;
            case StoredType.Bool:
                int bad = bytes.IndexOfAnyExceptInRange((byte)0, (byte)1);
                if (bad >= 0)
                    throw DataFault.In(source, $"{what} holds the truth value {bytes[bad]} at element {bad}, neither 0 nor 1",
                        "Save it as numbers, or as x != 0.");
                bytes.CopyTo(MemoryMarshal.AsBytes(tensor.Span<bool>()));
                break;
            case StoredType.U8:
                Widen(bytes, tensor.Span<int>());
                break;
            case StoredType.I8:
                Widen(MemoryMarshal.Cast<byte, sbyte>(bytes), tensor.Span<int>());
                break;
            default:
                Convert(bytes, type, tensor, bigEndian);
                break;
        }

        return tensor.To(Settings.DefaultDevice);
    }

    /// <summary>Writes a tensor's numbers, row-major, from any device and layout.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        switch (tensor.DType)
        {
            case DType.F32: Write<float>(stream, tensor); break;
            case DType.F64: Write<double>(stream, tensor); break;
            case DType.I32: Write<int>(stream, tensor); break;
            case DType.I64: Write<long>(stream, tensor); break;
            default: Write<bool>(stream, tensor); break;
        }
    }

    static void Write<T>(Stream stream, Tensor tensor) where T : unmanaged =>
        stream.Write(MemoryMarshal.AsBytes(tensor.Storage is HostStorage && tensor.Layout.IsContiguous ? tensor.AsSpan<T>() : tensor.Read<T>()));

    static void Copy(ReadOnlySpan<byte> bytes, Span<uint> target, bool bigEndian)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(target));
        if (bigEndian) BinaryPrimitives.ReverseEndianness(target, target);
    }

    static void Copy(ReadOnlySpan<byte> bytes, Span<ulong> target, bool bigEndian)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(target));
        if (bigEndian) BinaryPrimitives.ReverseEndianness(target, target);
    }

    static void Widen(ReadOnlySpan<byte> source, Span<int> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = source[i];
    }

    static void Widen(ReadOnlySpan<sbyte> source, Span<int> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = source[i];
    }

    static void Convert(ReadOnlySpan<byte> bytes, StoredType type, Tensor tensor, bool bigEndian)
    {
        if (type == StoredType.U32)
        {
            Span<long> wide = tensor.Span<long>();
            for (int i = 0; i < wide.Length; i++)
            {
                ReadOnlySpan<byte> word = bytes.Slice(4 * i, 4);
                wide[i] = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
            }

            return;
        }

        Span<int> integers = tensor.DType == DType.I32 ? tensor.Span<int>() : default;
        Span<float> floats = tensor.DType == DType.F32 ? tensor.Span<float>() : default;
        for (int i = 0; i < tensor.Count; i++)
        {
            ReadOnlySpan<byte> word = bytes.Slice(2 * i, 2);
            ushort bits = bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(word) : BinaryPrimitives.ReadUInt16LittleEndian(word);
            switch (type)
            {
                case StoredType.U16: integers[i] = bits; break;
                case StoredType.I16: integers[i] = (short)bits; break;
                case StoredType.F16: floats[i] = (float)BitConverter.UInt16BitsToHalf(bits); break;
                default: floats[i] = BitConverter.UInt32BitsToSingle((uint)bits << 16); break;
            }
        }
    }
}
