using System.Buffers.Binary;
using System.Text;

namespace Adjoint;

/// <summary>Decodes the fixed-width text of numpy: UTF-32 code points or bytes, padded with zeros at the end.</summary>
static class NpyText
{
    /// <summary>The texts, row-major whatever the order in the file.</summary>
    /// <exception cref="DataException">The array holds numbers, or something that is not Unicode (U) or ASCII (S).</exception>
    public static string[] Read(NpyHeader header, ReadOnlySpan<byte> data, string source)
    {
        if (header.Type.Number is { } number) throw DataFault.In(source, $"holds numbers ({number}), not text", "Read it with Npy.Read or Npz.Read.");
        var texts = new string[header.Shape.Elements];
        int width = (int)header.Type.ElementBytes;
        var builder = new StringBuilder();
        Span<int> index = stackalloc int[header.Shape.Rank];
        for (int i = 0; i < texts.Length; i++)
        {
            int target = i;
            if (header.IsFortran)
            {
                target = RowMajor(header.Shape, index);
                NextColumnMajor(header.Shape, index);
            }

            ReadOnlySpan<byte> cell = data.Slice(i * width, width);
            texts[target] = header.Type.IsWide ? Wide(cell, header.Type.BigEndian, builder, source, i) : Narrow(cell, source, i);
        }

        return texts;
    }

    static string Narrow(ReadOnlySpan<byte> cell, string source, int element)
    {
        ReadOnlySpan<byte> text = cell.TrimEnd((byte)0);
        if (!Ascii.IsValid(text))
            throw DataFault.In(source, $"holds bytes outside ASCII in text {element}", "Decode it in numpy and save it as 'U'.");
        return Encoding.ASCII.GetString(text);
    }

    static string Wide(ReadOnlySpan<byte> cell, bool bigEndian, StringBuilder builder, string source, int element)
    {
        builder.Clear();
        int padding = 0;
        for (; !cell.IsEmpty; cell = cell[4..])
        {
            uint code = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(cell) : BinaryPrimitives.ReadUInt32LittleEndian(cell);
            padding = code == 0 ? padding + 1 : 0;
            if (!Rune.TryCreate(code, out Rune rune))
                throw DataFault.In(source, $"holds {code}, which is no Unicode character, in text {element}",
                    "Save the array again with numpy.save.");
            builder.Append(rune);
        }

        return builder.ToString(0, builder.Length - padding);
    }

    static int RowMajor(Shape shape, ReadOnlySpan<int> index)
    {
        int position = 0;
        for (int axis = 0; axis < index.Length; axis++) position = (position * shape[axis]) + index[axis];
        return position;
    }

    static void NextColumnMajor(Shape shape, Span<int> index)
    {
        for (int axis = 0; axis < index.Length; axis++)
        {
            if (++index[axis] < shape[axis]) return;
            index[axis] = 0;
        }
    }
}
