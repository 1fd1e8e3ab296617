using System.Globalization;
using System.Text;

namespace Adjoint;

/// <summary>A table that was read: named columns of numbers or text. Fields stay bytes until a column is asked for.</summary>
public sealed class CsvTable
{
    readonly byte[] bytes;
    readonly string source;
    readonly CsvOptions options;
    readonly List<CsvCell> cells;
    readonly List<int> lines;
    readonly int firstRow;

    CsvTable(byte[] bytes, string source, CsvOptions options, CsvParser parser, string[] columns, int firstRow)
    {
        (this.bytes, this.source, this.options, this.firstRow) = (bytes, source, options, firstRow);
        (cells, lines) = (parser.Cells, parser.Lines);
        (Columns, Rows) = (columns, parser.RowStarts.Count - firstRow);
        FirstCell = firstRow == 0 ? 0 : parser.RowStarts.Count > 1 ? parser.RowStarts[1] : parser.Cells.Count;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of rows, without the header.</summary>
    public int Rows { get; }

    int FirstCell { get; }

    internal static CsvTable Create(byte[] bytes, string source, CsvOptions options)
    {
        var parser = CsvParser.Parse(bytes, source, options);
        if (parser.RowStarts.Count == 0) throw DataFault.In(source, "holds no rows", "Check the file, and SkipLines of the options.");
        var table = new CsvTable(bytes, source, options, parser, [], 0);
        int first = Width(parser, 0);
        bool hasHeader = options.Header switch
        {
            CsvHeader.Yes => true,
            CsvHeader.No => false,
            _ => parser.Cells.Take(first).All(cell => !table.TryNumber(cell, out double value) || double.IsNaN(value)),
        };
        int width = hasHeader && parser.RowStarts.Count > 1 && Width(parser, 1) == first + 1 ? first + 1 : first;
        for (int row = hasHeader ? 1 : 0; row < parser.RowStarts.Count; row++)
        {
            if (Width(parser, row) != width)
                throw DataFault.In($"{source}: line {parser.Lines[row]}", $"has {Width(parser, row)} fields where {width} are expected",
                    "Check the separator and the quotes, or mend the row.");
        }

        string[] columns = new string[width];
        for (int i = 0; i < width; i++)
        {
            int headerCell = i - (width - first);
            columns[i] = !hasHeader ? i.ToString(CultureInfo.InvariantCulture) : headerCell < 0 ? "" : table.Text(parser.Cells[headerCell]);
        }

        return new CsvTable(bytes, source, options, parser, columns, hasHeader ? 1 : 0);
    }

    /// <summary>Position of a column. Where the header is one name shorter than the rows, as R writes it, the first column is called "".</summary>
    /// <exception cref="DataException">No column, or more than one, has the name.</exception>
    public int Index(string column)
    {
        int index = -1;
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] != column) continue;
            if (index >= 0) throw DataFault.In(source, $"has two columns named {DataFault.Quote(column)}", "Ask for the column by its number.");
            index = i;
        }

        if (index >= 0) return index;
        string some = string.Join(", ", Columns.Take(8).Select(DataFault.Quote));
        throw DataFault.In(source, $"has no column named {DataFault.Quote(column)}; of its {Columns.Count} the first are {some}",
            "Choose one of them.");
    }

    /// <summary>Whether every field of a column is a number or missing.</summary>
    public bool IsNumeric(string column) => IsNumeric(Index(column));

    /// <inheritdoc cref="IsNumeric(string)"/>
    public bool IsNumeric(int column)
    {
        for (int row = 0; row < Rows; row++)
        {
            if (!TryNumber(Cell(row, column), out _)) return false;
        }

        return true;
    }

    /// <summary>The numbers of a column; NaN where they are missing.</summary>
    /// <exception cref="DataException">A field is text; names its line.</exception>
    public double[] Numbers(string column) => Numbers(Index(column));

    /// <inheritdoc cref="Numbers(string)"/>
    public double[] Numbers(int column)
    {
        var numbers = new double[Rows];
        for (int row = 0; row < numbers.Length; row++)
        {
            if (!TryNumber(Cell(row, column), out numbers[row])) throw Fault(row, column, "not a number");
        }

        return numbers;
    }

    /// <summary>How many numbers of a column are missing.</summary>
    /// <exception cref="DataException">A field is text; names its line.</exception>
    public int Missing(string column) => Missing(Index(column));

    /// <inheritdoc cref="Missing(string)"/>
    public int Missing(int column) => Numbers(column).Count(double.IsNaN);

    /// <summary>The fields of a column as text, missing ones as they stand.</summary>
    /// <exception cref="DataException">There is no such column.</exception>
    public string[] Text(string column) => Text(Index(column));

    /// <inheritdoc cref="Text(string)"/>
    public string[] Text(int column)
    {
        var texts = new string[Rows];
        for (int row = 0; row < texts.Length; row++) texts[row] = Text(Cell(row, column));
        return texts;
    }

    /// <summary>A matrix [rows, columns] of f32; NaN where numbers are missing. Without names, of all columns.</summary>
    /// <exception cref="DataException">There is no such column, or a field is text; names its line.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    public Tensor ToTensor(params ReadOnlySpan<string> columns) => ToTensor(DType.F32, columns);

    /// <summary>
    /// A matrix [rows, columns]; missing numbers are NaN in f32 and f64, and an error in i32 and i64. Without names, of all columns.
    /// </summary>
    /// <exception cref="DTypeException">The dtype is bool.</exception>
    /// <inheritdoc cref="ToTensor(ReadOnlySpan{string})"/>
    public Tensor ToTensor(DType dtype, params ReadOnlySpan<string> columns)
    {
        var indices = new int[columns.IsEmpty ? Columns.Count : columns.Length];
        for (int i = 0; i < indices.Length; i++) indices[i] = columns.IsEmpty ? i : Index(columns[i]);
        Shape shape = [Rows, indices.Length];
        return dtype switch
        {
            DType.F32 => Tensor.From(Fill(indices, Single), shape),
            DType.F64 => Tensor.From(Fill(indices, Number), shape),
            DType.I32 => Tensor.From(Fill(indices, (row, column) => (int)Whole(row, column, int.MinValue, int.MaxValue)), shape),
            DType.I64 => Tensor.From(Fill(indices, (row, column) => Whole(row, column, long.MinValue, long.MaxValue)), shape),
            _ => throw new DTypeException("ToTensor: a table holds no truth values. Ask for i32, and compare."),
        };
    }

    T[] Fill<T>(int[] columns, Func<int, int, T> read)
    {
        var values = new T[checked(Rows * columns.Length)];
        for (int i = 0; i < values.Length; i++) values[i] = read(i / columns.Length, columns[i % columns.Length]);
        return values;
    }

    double Number(int row, int column) => TryNumber(Cell(row, column), out double number) ? number : throw Fault(row, column, "not a number");

    // Parsed on its own: rounding to double first could differ in the last bit.
    float Single(int row, int column) =>
        float.TryParse(Raw(Cell(row, column)), NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            ? number
            : (float)Number(row, column);

    long Whole(int row, int column, long least, long most)
    {
        CsvCell cell = Cell(row, column);
        if (!long.TryParse(Raw(cell), NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole))
        {
            // 464.0 is a whole number too, as far as a double holds them all.
            if (!TryNumber(cell, out double number) || number != Math.Floor(number) || Math.Abs(number) > 1L << 53)
                throw Fault(row, column, "not a whole number");
            whole = (long)number;
        }

        return whole >= least && whole <= most ? whole : throw Fault(row, column, "outside the range of the dtype");
    }

    CsvCell Cell(int row, int column) => cells[FirstCell + (row * Columns.Count) + column];

    ReadOnlySpan<byte> Raw(CsvCell cell) => bytes.AsSpan(cell.Start, cell.Length).Trim(" \t"u8);

    string Text(CsvCell cell)
    {
        string text = Encoding.UTF8.GetString(bytes, cell.Start, cell.Length);
        return cell.HasDoubledQuotes ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    bool TryNumber(CsvCell cell, out double number)
    {
        ReadOnlySpan<byte> text = Raw(cell);
        if (text.IsEmpty || IsMissing(text))
        {
            number = double.NaN;
            return true;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return true;
        number = text.SequenceEqual("inf"u8) ? double.PositiveInfinity : double.NegativeInfinity;
        return text.SequenceEqual("inf"u8) || text.SequenceEqual("-inf"u8);
    }

    bool IsMissing(ReadOnlySpan<byte> text)
    {
        foreach (string missing in options.Missing)
        {
            if (text.Length == missing.Length && Ascii.Equals(text, missing)) return true;
        }

        return false;
    }

    DataException Fault(int row, int column, string problem) => DataFault.In(
        $"{source}: line {lines[firstRow + row]}",
        $"column {DataFault.Quote(Columns[column])} holds {DataFault.Quote(Text(Cell(row, column)))}, {problem}",
        "Mend the field, name it in Missing of the options, or read the column with Text.");

    static int Width(CsvParser parser, int row) =>
        (row + 1 < parser.RowStarts.Count ? parser.RowStarts[row + 1] : parser.Cells.Count) - parser.RowStarts[row];
}
