namespace Adjoint.Models.DeepIv;

/// <summary>A CSV file with a header as columns of trimmed text, where null stands for a missing value.</summary>
sealed class TextTable
{
    const int MostNamesShown = 12;

    static readonly string[] MissingMarks = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "."];

    readonly CsvTable table;
    readonly string[] names;

    TextTable(string source, CsvTable table)
    {
        (Source, this.table) = (source, table);
        names = [.. table.Columns.Select(static name => name.Trim())];
    }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>Rows without the header.</summary>
    public int Rows => table.Rows;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or holds no rows.</exception>
    public static TextTable Read(string path)
    {
        CsvTable table = Csv.Read(path, new CsvOptions { Header = CsvHeader.Yes });
        string source = Names.Show(path);
        if (table.Rows == 0) throw new DataException($"{source}: has a header and no rows. Pass a table with rows.");
        return new TextTable(source, table);
    }

    /// <summary>The values of a column.</summary>
    /// <exception cref="DataException">No column, or more than one, has the name.</exception>
    public TextColumn Column(string name)
    {
        int index = Array.IndexOf(names, name);
        if (index < 0) throw new DataException($"{Source}: has no column '{Names.Show(name)}'.{Names.DidYouMean(name, names)} Its columns are {Listed()}.");
        if (Array.IndexOf(names, name, index + 1) >= 0) throw new DataException($"{Source}: has two columns '{Names.Show(name)}'. Rename one of them.");
        string?[] values = Array.ConvertAll(table.Text(index), static text => text.Trim() is var trimmed && MissingMarks.Contains(trimmed) ? null : trimmed);
        return new(Source, name, values, [.. Enumerable.Range(0, Rows)]);
    }

    string Listed() => string.Join(", ", names.Take(MostNamesShown).Select(static name => Names.Show(name))) + (names.Length > MostNamesShown ? $" and {names.Length - MostNamesShown} more" : "");
}
