using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Adjoint;

/// <summary>Where a field lies in the bytes of a table. Doubled quotes within are marked, and undone when the text is asked for.</summary>
readonly record struct CsvCell(int Start, int Length, bool HasDoubledQuotes);

/// <summary>Splits bytes into rows and fields after RFC 4180; also takes bare LF or CR as line ends and ignores empty lines.</summary>
sealed class CsvParser
{
    readonly byte[] bytes;
    readonly string source;
    readonly CsvOptions options;
    readonly byte separator;
    int position;
    int line = 1;

    CsvParser(byte[] bytes, string source, CsvOptions options)
    {
        (this.bytes, this.source, this.options) = (bytes, source, options);
        CheckText();
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) position = 3;
        for (int i = 0; i < options.SkipLines; i++) SkipLine();
        while (position < bytes.Length && IsLineEnd) SkipLineEnd();
        separator = options.Separator is { } given ? (byte)given : GuessSeparator();
    }

    /// <summary>All fields, row after row.</summary>
    public List<CsvCell> Cells { get; } = [];

    /// <summary>Where each row's fields start in <see cref="Cells"/>.</summary>
    public List<int> RowStarts { get; } = [];

    /// <summary>The line on which each row starts.</summary>
    public List<int> Lines { get; } = [];

    /// <exception cref="DataException">
    /// A quote is not closed or is followed by text, a row or the number of columns is over its limit, or the bytes are not UTF-8.
    /// </exception>
    public static CsvParser Parse(byte[] bytes, string source, CsvOptions options)
    {
        if (options.Separator is { } given && (given is '"' or '\r' or '\n' || !char.IsAscii(given)))
            throw new SettingException($"The CSV separator {(int)given:X2} is a quote, a line end or not ASCII. Choose ',', ';', a tab or a blank.");
        var parser = new CsvParser(bytes, source, options);
        while (parser.position < bytes.Length) parser.ReadRow();
        return parser;
    }

    bool IsLineEnd => bytes[position] is (byte)'\n' or (byte)'\r';

    bool IsAtEnd => position == bytes.Length || IsLineEnd;

    void ReadRow()
    {
        if (separator == ' ') SkipBlanks();
        if (IsAtEnd)
        {
            SkipLineEnd();
            return;
        }

        int rowStart = position, firstCell = Cells.Count;
        RowStarts.Add(firstCell);
        Lines.Add(line);
        while (true)
        {
            Cells.Add(ReadCell());
            if (Cells.Count - firstCell > options.MaxColumns)
                throw Fault(Lines[^1], $"has more than {options.MaxColumns} columns", "Raise MaxColumns, or check the separator.");
            if (position - rowStart > options.MaxRowBytes) throw RowTooLong();
            if (separator == ' ') SkipBlanks();
            if (IsAtEnd) break;
            if (separator != ' ') position++;
        }

        SkipLineEnd();
    }

    CsvCell ReadCell()
    {
        if (position < bytes.Length && bytes[position] == '"') return ReadQuoted();
        int start = position;
        int length = bytes.AsSpan(start).IndexOfAny(separator, (byte)'\n', (byte)'\r');
        position = length < 0 ? bytes.Length : start + length;
        return new CsvCell(start, position - start, false);
    }

    CsvCell ReadQuoted()
    {
        int firstLine = line, start = ++position;
        bool hasDoubled = false;
        while (true)
        {
            int next = bytes.AsSpan(position).IndexOfAny((byte)'"', (byte)'\n', (byte)'\r');
            if (next < 0) throw Fault(firstLine, "opens a quote that is never closed", "Close it, or double a quote that is meant literally.");
            position += next;
            if (position - start > options.MaxRowBytes) throw RowTooLong();
            if (IsLineEnd)
            {
                SkipLineEnd();
            }
            else if (position + 1 < bytes.Length && bytes[position + 1] == '"')
            {
                hasDoubled = true;
                position += 2;
            }
            else
            {
                break;
            }
        }

        var cell = new CsvCell(start, position++ - start, hasDoubled);
        if (!IsAtEnd && bytes[position] != separator)
            throw Fault(line, $"has text behind the closing quote of column {Cells.Count - RowStarts[^1] + 1}",
                "Double a quote that is meant literally.");
        return cell;
    }

    void SkipLineEnd()
    {
        if (position == bytes.Length) return;
        if (bytes[position] == '\r' && position + 1 < bytes.Length && bytes[position + 1] == '\n') position++;
        position++;
        line++;
    }

    void SkipLine()
    {
        int length = bytes.AsSpan(position).IndexOfAny((byte)'\n', (byte)'\r');
        position = length < 0 ? bytes.Length : position + length;
        SkipLineEnd();
    }

    void SkipBlanks()
    {
        while (position < bytes.Length && bytes[position] == ' ') position++;
    }

    byte GuessSeparator()
    {
        Span<int> counts = stackalloc int[3];
        ReadOnlySpan<byte> candidates = ",;\t"u8;
        bool isQuoted = false;
        for (int i = position; i < bytes.Length && (isQuoted || bytes[i] is not ((byte)'\n' or (byte)'\r')); i++)
        {
            if (bytes[i] == '"') isQuoted = !isQuoted;
            int candidate = isQuoted ? -1 : candidates.IndexOf(bytes[i]);
            if (candidate >= 0) counts[candidate]++;
        }

        int best = counts[1] > counts[0] ? 1 : 0;
        return candidates[counts[2] > counts[best] ? 2 : best];
    }

    void CheckText()
    {
        if (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) throw DataFault.In(source, "is UTF-16 text", "Convert it to UTF-8.");
        int zero = bytes.AsSpan().IndexOf((byte)0);
        if (zero >= 0) throw Fault(LineOf(zero), "holds a zero byte: the file is binary, or damaged", "Check that it is a table of text.");
        if (Utf8.IsValid(bytes)) return;
        int valid = 0;
        while (Rune.DecodeFromUtf8(bytes.AsSpan(valid), out _, out int length) == OperationStatus.Done) valid += length;
        throw Fault(LineOf(valid), "holds bytes that are not UTF-8", "Convert the file to UTF-8.");
    }

    int LineOf(int offset) => 1 + bytes.AsSpan(0, offset).Count((byte)'\n');

    DataException RowTooLong() =>
        Fault(Lines[^1], $"starts a row of more than {options.MaxRowBytes} bytes", "Close an open quote, or raise MaxRowBytes.");

    DataException Fault(int atLine, string problem, string remedy) => DataFault.In($"{source}: line {atLine}", problem, remedy);
}
