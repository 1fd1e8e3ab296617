using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>
/// A user's table as data of an instrumental-variable problem: a CSV file with a header. Rows that lack a value of a column in use are left out; columns of names become indicators; what was done to the table is said in
/// <see cref="Notes"/>.
/// </summary>
public sealed class InstrumentTable
{
    InstrumentTable(InstrumentData data, TableEncoder encoder, IReadOnlyList<string> notes, FirstStage strength, int rows)
    {
        (Data, Encoder, Notes, Strength, Rows) = (data, encoder, notes, strength, rows);
        Linear = encoder.Linear(data);
    }

    /// <summary>The data, an indicator for each level of columns of names, not standardised: see <see cref="Standardization"/>.</summary>
    public InstrumentData Data { get; }

    /// <summary>The columns that linear fits see; see <see cref="TableEncoder"/>.</summary>
    public InstrumentData Linear { get; }

    /// <summary>How new rows are read.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>What was done to the table, and warnings, each a line to be shown.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>How strongly the instruments move the treatment.</summary>
    public FirstStage Strength { get; }

    /// <summary>Rows of the file, those left out included.</summary>
    public int Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <inheritdoc cref="Read(string, InstrumentColumns)"/>
    public static InstrumentTable Read(string path, string treatment, string outcome, IReadOnlyList<string> instruments, IReadOnlyList<string> covariates) =>
        Read(path, new InstrumentColumns(treatment, outcome, instruments, covariates));

    /// <summary>Reads a table.</summary>
    /// <exception cref="SettingException">A column has two parts, or there is no instrument.</exception>
    /// <exception cref="DataException">
    /// The file is missing or damaged, lacks a column, holds text among numbers, has too few complete rows, or an instrument, the treatment or the outcome does not vary or depends on covariates.
    /// </exception>
    public static InstrumentTable Read(string path, InstrumentColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        columns.Check();
        var table = TextTable.Read(path);
        string source = table.Source;
        Dictionary<string, TextColumn> texts = columns.All.ToDictionary(static name => name, table.Column);
        int[] kept = Kept(source, columns, texts, table.Rows);
        var notes = new List<string>();
        if (kept.Length < table.Rows) notes.Add(LeftOut(columns, texts, table.Rows, kept.Length));
        foreach (string name in columns.All) texts[name] = texts[name].Keep(kept);
        var reader = new TableParts(source, texts, columns.Categorical, notes);
        var (treatment, p) = reader.One("treatment", columns.Treatment);
        var (outcome, y) = reader.One("outcome", columns.Outcome);
        var (covariates, x) = reader.Several("covariate", columns.Covariates);
        var (instruments, z) = reader.Several("instrument", columns.Instruments);
        var independent = new IndependentColumns();
        int[] linearCovariates = reader.Independent("covariate", covariates, x, independent), linearInstruments = reader.Independent("instrument", instruments, z, independent);
        int needed = linearCovariates.Length + linearInstruments.Length + 3;
        if (kept.Length < needed)
            throw new DataException($"{source}: {kept.Length} complete rows for a constant, {linearInstruments.Length} instruments and {linearCovariates.Length} covariates, at least {needed} are needed. Add rows, or leave columns out.");
        if (!independent.TryAdd(p)) throw new DataException($"{source}: treatment '{Names.Show(columns.Treatment)}' is a linear combination of instruments and covariates. Leave that column out.");
        int[] rows = [.. Enumerable.Range(0, kept.Length)];
        var data = new InstrumentData(CompleteRows.Vector(y, rows), CompleteRows.Vector(p, rows), CompleteRows.Matrix(z, rows), CompleteRows.Matrix(x, rows));
        var encoder = new TableEncoder(treatment, outcome, instruments, covariates, linearInstruments, linearCovariates);
        FirstStage strength = FirstStage.Of(encoder.Linear(data), encoder.LinearNames);
        notes.Add(strength.Note);
        return new(data, encoder, notes, strength, table.Rows);
    }

    static int[] Kept(string source, InstrumentColumns columns, Dictionary<string, TextColumn> texts, int rows)
    {
        int[] kept = [.. Enumerable.Range(0, rows).Where(row => columns.All.All(name => texts[name].Values[row] is not null))];
        if (kept.Length > 0) return kept;
        string worst = columns.All.MaxBy(name => texts[name].Missing)!;
        throw new DataException($"{source}: no row has a value in every column in use; '{Names.Show(worst)}' lacks {texts[worst].Missing} of {rows}. Leave that column out, or fill it in.");
    }

    static string LeftOut(InstrumentColumns columns, Dictionary<string, TextColumn> texts, int rows, int kept)
    {
        IEnumerable<string> missing = columns.All.Select(name => (Name: name, Count: texts[name].Missing))
            .Where(static one => one.Count > 0).OrderByDescending(static one => one.Count).Take(6).Select(static one => $"{Names.Show(one.Name)} {one.Count}");
        return string.Create(CultureInfo.InvariantCulture, $"{rows - kept} of {rows} rows lack a value and are left out ({string.Join(", ", missing)}).");
    }
}
