using System.Globalization;

namespace Adjoint;

/// <summary>The dtype of an npy file: a number format, or text of a fixed width.</summary>
/// <param name="Number">Format of the numbers; null for text.</param>
/// <param name="BigEndian">Whether multi-byte numbers and code points start with the high byte.</param>
/// <param name="TextWidth">Characters of each text.</param>
/// <param name="IsWide">Whether characters are UTF-32 (numpy's U) rather than bytes (numpy's S).</param>
readonly record struct NpyType(StoredType? Number, bool BigEndian, int TextWidth = 0, bool IsWide = false)
{
    /// <summary>Bytes of one element.</summary>
    public long ElementBytes => Number?.Size() ?? (long)TextWidth * (IsWide ? 4 : 1);

    /// <summary>Parses numpy's type string: byte order, kind, size, as in <c>&lt;f4</c>.</summary>
    /// <exception cref="DataException">No tensor or text array can hold the type.</exception>
    public static NpyType Parse(string text, string source)
    {
        bool bigEndian = text is ['>', ..];
        if (text.Length < 3 || text[0] is not ('<' or '>' or '|')) throw Unsupported(text, source);
        if (text[1] is 'U' or 'S')
        {
            bool isWide = text[1] == 'U';
            if (!int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width > int.MaxValue / 4)
                throw Unsupported(text, source);
            return new NpyType(null, bigEndian, width, isWide);
        }

        StoredType number = text[1..] switch
        {
            "f8" => StoredType.F64,
            "f4" => StoredType.F32,
            "f2" => StoredType.F16,
            "i8" => StoredType.I64,
            "i4" => StoredType.I32,
            "i2" => StoredType.I16,
            "i1" => StoredType.I8,
            "u4" => StoredType.U32,
            "u2" => StoredType.U16,
            "u1" => StoredType.U8,
            "b1" => StoredType.Bool,
            _ => throw Unsupported(text, source),
        };
        if (text[0] == '|' && number.Size() > 1) throw Unsupported(text, source);
        return new NpyType(number, bigEndian);
    }

    /// <summary>The type string under which a dtype is written.</summary>
    public static string Name(DType type) => type switch
    {
        DType.F32 => "<f4",
        DType.F64 => "<f8",
        DType.I32 => "<i4",
        DType.I64 => "<i8",
        _ => "|b1",
    };

    static DataException Unsupported(string text, string source) => text is ['|', 'O', ..]
        ? DataFault.In(source, "holds pickled Python objects, which could run code and are never read", "Save the array with a number or text dtype.")
        : DataFault.In(
            source,
            $"holds numpy's dtype {DataFault.Quote(text)}",
            "Convert it with astype to f2, f4, f8, i1, i2, i4, i8, u1, u2, u4 or b1, or to text U or S.");
}
