using System.Security.Cryptography;

namespace Adjoint.Models.DeepIv;

/// <summary>The rows of a run and what is known about them: a simulation with its truth, or a table with names.</summary>
/// <param name="Data">All rows.</param>
/// <param name="Columns">What the columns are called.</param>
/// <param name="Design">The simulation; null for a table.</param>
/// <param name="Table">The table; null for a simulation.</param>
/// <param name="Checksum">Of the table's file; empty for a simulation.</param>
sealed record DeepIvProblem(InstrumentData Data, VariableNames Columns, IDesign? Design, InstrumentTable? Table, string Checksum)
{
    /// <summary>Names of the problems.</summary>
    public static IReadOnlyList<string> Names { get; } = ["demand", "demand-raw", "demand-mnist", "sigmoid", "straight", "linear", "notebook", "table"];

    /// <summary>The columns that linear estimates see: of a simulation those that do not depend on each other, and no pixels.</summary>
    public InstrumentData Linear => Table?.Linear ?? Data with { Covariates = Data.Covariates.Slice(1, 0, LinearWidth) };

    /// <summary>All columns but those of an image.</summary>
    public InstrumentData WithoutPixels => HasImages ? Linear : Data;

    /// <summary>Names of the columns that linear estimates see.</summary>
    public VariableNames LinearColumns => Table?.Encoder.LinearNames ?? Columns with { Covariates = [.. Columns.Covariates.Take(LinearWidth)] };

    /// <summary>Whether covariates end in an image.</summary>
    public bool HasImages => Design is ImageDemandDesign;

    /// <summary>A linear estimate as one of all columns.</summary>
    public IResponse OnAllColumns(IResponse linear) => Table is null ? new LeadingColumns(linear, LinearWidth) : Table.Encoder.OnAllColumns(linear);

    // The seven indicators of customers add up to one.
    int LinearWidth => Design switch
    {
        DemandDesign => DemandCurve.Customers,
        ImageDemandDesign => 1,
        _ => Data.Covariates.Shape[1],
    };

    /// <summary>Draws or reads the rows that a configuration asks for.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or its columns do not fit.</exception>
    /// <exception cref="SettingException">Columns are not named, or options do not go together.</exception>
    public static DeepIvProblem Load(RunConfig config, Key key)
    {
        if (config.Text("problem") == "table") return OfTable(config);
        IDesign design = DesignOf(config);
        InstrumentData data = design.Draw(config.Whole("rows"), key.Split("data"));
        return new DeepIvProblem(data, design.Names ?? VariableNames.For(data), design, null, "");
    }

    /// <summary>Path of the table that a configuration reads.</summary>
    public static string PathOf(RunConfig config) => config.Preset.TakesFile ? config.DataFile
        : config.Preset.Data is [{ Files: [var file] } need] ? config.DataPath(need, file)
        : throw new SettingException($"The preset {config.Preset.Name} names no table. Use --preset table with --data FILE.");

    static DeepIvProblem OfTable(RunConfig config)
    {
        string path = PathOf(config);
        foreach (string part in (string[])["treatment", "outcome", "instruments"])
        {
            if (config.Text(part).Length == 0) throw new SettingException($"No {part} is named. Name columns of the table: --treatment NAME --outcome NAME --instruments NAMES --covariates NAMES.");
        }

        InstrumentTable table = InstrumentTable.Read(path, InstrumentColumns.Parse(
            config.Text("treatment"), config.Text("outcome"), config.Text("instruments"), config.Text("covariates"), config.Text("categorical")));
        using FileStream stream = File.OpenRead(path);
        return new DeepIvProblem(table.Data, table.Encoder.Names, null, table, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    static IDesign DesignOf(RunConfig config)
    {
        double correlation = config.Number("correlation");
        return config.Text("problem") switch
        {
            "demand" => new DemandDesign(correlation),
            "demand-raw" => new RawDemandDesign(correlation),
            "demand-mnist" => new ImageDemandDesign(correlation, Images(config, 0), Images(config, 2)),
            "sigmoid" => CurveDesign.Sigmoid,
            "straight" => CurveDesign.Straight,
            "linear" => new LinearDesign(),
            _ => new NotebookDesign(),
        };
    }

    static MnistImages Images(RunConfig config, int first)
    {
        if (config.Preset.Data is not [{ Files.Length: 4 } need]) throw new SettingException("problem=demand-mnist needs images. Use --preset demand-mnist.");
        return MnistImages.Read(config.DataPath(need, need.Files[first]), config.DataPath(need, need.Files[first + 1]));
    }
}

/// <summary>An estimate that was fitted on the first columns of covariates, as one of all.</summary>
sealed class LeadingColumns(IResponse inner, int width) : IResponse
{
    public Tensor Predict(Tensor treatment, Tensor covariates) => inner.Predict(treatment, covariates.Slice(1, 0, width));
}
