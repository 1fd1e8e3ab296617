namespace Adjoint.Models.DeepIv;

/// <summary>Rows of a file, ready for a prediction.</summary>
/// <param name="Treatment">p f64 [kept rows].</param>
/// <param name="Covariates">x f64 [kept rows, covariates].</param>
/// <param name="Kept">Positions of these rows in the file, from 0: those without a missing value.</param>
/// <param name="Count">Rows of the file.</param>
public sealed record EncodedRows(Tensor Treatment, Tensor Covariates, IReadOnlyList<int> Kept, int Count);

/// <summary>
/// How rows of a table become numbers, kept with a model so that new rows are read as those were that it was fitted on: columns of numbers as they are, and an indicator for each level of a column of names.
/// Linear fits see a part of the columns: without the first level of each column of names, and without columns that depend on those before them.
/// </summary>
public sealed class TableEncoder
{
    readonly ColumnCoding treatment;
    readonly ColumnCoding outcome;
    readonly IReadOnlyList<ColumnCoding> instruments;
    readonly IReadOnlyList<ColumnCoding> covariates;
    readonly IReadOnlyList<int> linearInstruments;
    readonly IReadOnlyList<int> linearCovariates;

    internal TableEncoder(
        ColumnCoding treatment, ColumnCoding outcome, IReadOnlyList<ColumnCoding> instruments, IReadOnlyList<ColumnCoding> covariates, IReadOnlyList<int> linearInstruments, IReadOnlyList<int> linearCovariates)
    {
        (this.treatment, this.outcome, this.instruments, this.covariates) = (treatment, outcome, instruments, covariates);
        (this.linearInstruments, this.linearCovariates) = (linearInstruments, linearCovariates);
        Names = new(treatment.Name, outcome.Name, [.. instruments.SelectMany(static one => one.Outputs)], [.. covariates.SelectMany(static one => one.Outputs)]);
        LinearNames = Names with { Instruments = [.. linearInstruments.Select(i => Names.Instruments[i])], Covariates = [.. linearCovariates.Select(i => Names.Covariates[i])] };
    }

    /// <summary>Names of the columns of <see cref="InstrumentData"/>; an indicator is called <c>column=level</c>.</summary>
    public VariableNames Names { get; }

    /// <summary>Names of the columns that linear fits see.</summary>
    public VariableNames LinearNames { get; }

    /// <summary>Columns that a file for <see cref="Encode"/> must have: the treatment, then the covariates.</summary>
    public IEnumerable<string> Needed => covariates.Select(static one => one.Name).Prepend(treatment.Name);

    /// <summary>The two levels of a treatment of names, which became 0 and 1; null for one of numbers.</summary>
    public IReadOnlyList<string>? TreatmentLevels => treatment.Levels;

    /// <summary>The two levels of an outcome of names, which became 0 and 1; null for one of numbers.</summary>
    public IReadOnlyList<string>? OutcomeLevels => outcome.Levels;

    /// <summary>Reads new rows at given treatments: a CSV file with a header and at least the columns <see cref="Needed"/>.</summary>
    /// <exception cref="DataException">The file is missing or damaged, lacks a column, holds text among numbers or an unknown level, or has no row without a missing value.</exception>
    public EncodedRows Encode(string path)
    {
        var table = TextTable.Read(path);
        Dictionary<string, TextColumn> texts = Needed.ToDictionary(static name => name, table.Column);
        double[] p = treatment.EncodeAsOne(texts[treatment.Name]);
        IReadOnlyList<double[]> x = [.. covariates.SelectMany(one => one.Encode(texts[one.Name]))];
        int[] kept = CompleteRows.Of([p, .. x]);
        if (kept.Length == 0) throw new DataException($"{table.Source}: each of its {table.Rows} rows lacks a value of {string.Join(", ", Needed.Take(8).Select(static name => Models.Names.Show(name)))}. Fill them in.");
        return new(CompleteRows.Vector(p, kept), CompleteRows.Matrix(x, kept), kept, table.Rows);
    }

    /// <summary>The columns of data that linear fits see.</summary>
    public InstrumentData Linear(InstrumentData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data with { Instruments = Pick(data.Instruments, linearInstruments), Covariates = Pick(data.Covariates, linearCovariates) };
    }

    /// <summary>The covariates that linear fits see, of covariates f64 [rows, covariates].</summary>
    public Tensor LinearCovariates(Tensor covariates) => Pick(covariates, linearCovariates);

    /// <summary>A linear estimate that takes covariates with all columns.</summary>
    public IResponse OnAllColumns(IResponse linear) => new Widened(linear, this);

    /// <summary>Writes the encoder as one text.</summary>
    public void Save(CheckpointWriter checkpoint, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add(name, TableEncoderText.Write(treatment, outcome, instruments, covariates, linearInstruments, linearCovariates));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataException">It is not there, or damaged.</exception>
    public static TableEncoder Load(CheckpointReader checkpoint, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return TableEncoderText.Read(checkpoint.Text(name), name);
    }

    static Tensor Pick(Tensor rows, IReadOnlyList<int> columns) =>
        columns.Count == 0 ? Tensor.Zeros([rows.Shape[0], 0], DType.F64) : columns.Count == rows.Shape[1] ? rows : rows.Select(1, Tensor.From<long>([.. columns.Select(static i => (long)i)]));

    sealed class Widened(IResponse linear, TableEncoder encoder) : IResponse
    {
        public Tensor Predict(Tensor treatment, Tensor covariates) => linear.Predict(treatment, encoder.LinearCovariates(covariates));
    }
}
