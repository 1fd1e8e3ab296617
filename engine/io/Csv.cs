using System.Globalization;
using System.Text;

namespace Adjoint;

/// <summary>Reads and writes tables of numbers and text: comma-, semicolon-, tab- or blank-separated, quoted after RFC 4180, plain or gzip.</summary>
public static class Csv
{
    const int WriterBuffer = 1 << 16;
    static readonly UTF8Encoding WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Reads a table. Gzip and a byte order mark are recognised; empty lines are ignored.</summary>
    /// <exception cref="DataException">
    /// The file is missing, damaged, not UTF-8, over a limit of the options, or its rows differ in length; names the line.
    /// </exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        return CsvTable.Create(FileBytes.Read(path, options.MaxBytes), path, options);
    }

    /// <summary>Reads a table from bytes in memory; <paramref name="source"/> names them in messages.</summary>
    /// <inheritdoc cref="Read(string, CsvOptions?)"/>
    public static CsvTable Read(byte[] bytes, string source = "memory", CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        options ??= new CsvOptions();
        return CsvTable.Create(FileBytes.Inflate(bytes, source, options.MaxBytes), source, options);
    }

    /// <summary>Writes names and rows, as a whole or not at all. Numbers are written so that reading gives the same bits back.</summary>
    /// <exception cref="DataException">
    /// The file cannot be written, a row differs in length from the names, or a text is not Unicode. An old file stays as it was.
    /// </exception>
    public static void Write(string path, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<CsvField>> rows, char separator = ',')
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, WithoutMark, WriterBuffer, leaveOpen: true) { NewLine = "\n" };
            WriteRow(writer, path, [.. columns.Select(x => (CsvField)x)], separator);
            int count = 0;
            foreach (IReadOnlyList<CsvField> row in rows)
            {
                if (row.Count != columns.Count)
                    throw DataFault.In(path, $"row {count} has {row.Count} fields for {columns.Count} columns, nothing was written",
                        "Give every row a field for each column.");
                WriteRow(writer, path, row, separator);
                count++;
            }
        });
    }

    /// <summary>Writes names and a matrix [rows, columns], as a whole or not at all.</summary>
    /// <exception cref="ShapeException">The tensor is no matrix with a column for each name.</exception>
    /// <exception cref="DataException">The file cannot be written. An old one stays as it was.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, Tensor matrix, char separator = ',')
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank != 2 || matrix.Shape[1] != columns.Count)
            throw new ShapeException($"Csv.Write: a tensor {matrix.Shape} does not fit {columns.Count} columns. Reshape it to [rows, {columns.Count}].");
        CsvField[] fields = matrix.DType switch
        {
            DType.F32 => Array.ConvertAll(matrix.Read<float>(), x => (CsvField)x),
            DType.F64 => Array.ConvertAll(matrix.Read<double>(), x => (CsvField)x),
            DType.I32 => Array.ConvertAll(matrix.Read<int>(), x => (CsvField)(long)x),
            DType.I64 => Array.ConvertAll(matrix.Read<long>(), x => (CsvField)x),
            _ => Array.ConvertAll(matrix.Read<bool>(), x => (CsvField)(x ? 1L : 0L)),
        };
        int width = columns.Count;
        IEnumerable<IReadOnlyList<CsvField>> rows = Enumerable.Range(0, matrix.Shape[0])
            .Select(row => (IReadOnlyList<CsvField>)new ArraySegment<CsvField>(fields, row * width, width));
        Write(path, columns, rows, separator);
    }

    static void WriteRow(StreamWriter writer, string path, IReadOnlyList<CsvField> row, char separator)
    {
        for (int i = 0; i < row.Count; i++)
        {
            if (i > 0) writer.Write(separator);
            string text = row[i].Text;
            if (text.Contains('\0', StringComparison.Ordinal) || !UnicodeText.IsWellFormed(text))
                throw DataFault.In(path, $"the field {DataFault.Quote(text)} cannot be a table's text, nothing was written",
                    "Leave out zero characters and halves of surrogate pairs.");
            // An unquoted empty field alone on its line would read back as an empty line.
            bool needsQuotes = text.AsSpan().ContainsAny("\"\r\n") || text.Contains(separator, StringComparison.Ordinal)
                || text is [' ', ..] or [.., ' '] || (text.Length == 0 && (row.Count == 1 || separator == ' '));
            writer.Write(needsQuotes ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
        }

        writer.WriteLine();
    }
}

/// <summary>One field of a table to be written: text, or a number in the shortest form that reads back to the same bits.</summary>
public readonly record struct CsvField
{
    readonly string? text;

    CsvField(string text) => this.text = text;

    /// <summary>The field as it is written, before quoting.</summary>
    public string Text => text ?? "";

    public static implicit operator CsvField(string text) => new(text);

    public static implicit operator CsvField(double number) => new(number.ToString("R", CultureInfo.InvariantCulture));

    public static implicit operator CsvField(float number) => new(number.ToString("R", CultureInfo.InvariantCulture));

    public static implicit operator CsvField(long number) => new(number.ToString(CultureInfo.InvariantCulture));
}
