namespace Adjoint.Models.DeepIv;

/// <summary>Which columns of a user's table play which part.</summary>
/// <param name="Treatment">Column of p.</param>
/// <param name="Outcome">Column of y.</param>
/// <param name="Instruments">Columns of z, at least one.</param>
/// <param name="Covariates">Columns of x, or none.</param>
public sealed record InstrumentColumns(string Treatment, string Outcome, IReadOnlyList<string> Instruments, IReadOnlyList<string> Covariates)
{
    /// <summary>Instruments and covariates whose values are names even where they look like numbers, such as codes of regions.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns that a prediction needs: the treatment, then the covariates.</summary>
    public IEnumerable<string> ForPrediction => Covariates.Prepend(Treatment);

    /// <summary>All columns: treatment, outcome, instruments, covariates.</summary>
    public IEnumerable<string> All => Instruments.Concat(Covariates).Prepend(Outcome).Prepend(Treatment);

    /// <summary>Reads names as they are typed: lists are joined by commas, and may be empty for covariates and categorical columns.</summary>
    /// <exception cref="SettingException">A part is empty, several treatments or outcomes are named, or a column has two parts.</exception>
    public static InstrumentColumns Parse(string treatment, string outcome, string instruments, string covariates = "", string categorical = "")
    {
        var columns = new InstrumentColumns(One("treatment", treatment), One("outcome", outcome), Several(instruments), Several(covariates)) { Categorical = Several(categorical) };
        columns.Check();
        return columns;
    }

    /// <summary>Checks that there is an instrument and that no column has two parts.</summary>
    /// <exception cref="SettingException">It is not so.</exception>
    public void Check()
    {
        if (Instruments.Count == 0) throw new SettingException("No instrument is named. Name at least one column that moves the treatment and touches the outcome through it alone.");
        var parts = new Dictionary<string, string>();
        foreach (var (part, name) in Instruments.Select(static name => ("an instrument", name)).Concat(Covariates.Select(static name => ("a covariate", name)))
            .Prepend(("the outcome", Outcome)).Prepend(("the treatment", Treatment)))
        {
            if (!parts.TryAdd(name, part)) throw new SettingException($"'{Names.Show(name)}' is named as {parts[name]} and as {part}. Give each column one part.");
        }

        foreach (string name in Categorical)
        {
            if (!Instruments.Contains(name) && !Covariates.Contains(name))
                throw new SettingException($"'{Names.Show(name)}' is named as categorical and is no instrument or covariate.{Names.DidYouMean(name, Instruments.Concat(Covariates))} Name one of those.");
        }
    }

    static string One(string part, string typed)
    {
        string[] names = Several(typed);
        if (names.Length == 1) return names[0];
        if (names.Length == 0) throw new SettingException($"No {part} is named. Name one column.");
        throw new SettingException($"{names.Length} columns are named as {part} ({Names.Show(typed)}), one is supported. Name one, and the others as covariates.");
    }

    static string[] Several(string typed) => typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
