namespace Adjoint.Models.DeepIv;

/// <summary>A baseline that a run asked for.</summary>
/// <param name="Name">As the option names it.</param>
/// <param name="Title">As the report names it.</param>
/// <param name="Response">The fit, of all columns of covariates; null where it could not be fitted.</param>
/// <param name="Note">What a reader must know of the fit: rows that it did not see, or why there is none; empty where there is nothing.</param>
sealed record Baseline(string Name, string Title, IResponse? Response, string Note)
{
    /// <summary>The first word of its metrics.</summary>
    public string Prefix => Name.Replace('-', '_');
}

/// <summary>
/// The baselines of a run besides OLS and 2SLS. They see all columns but pixels, which have no use for polynomials and for kernels with a length a column; on tables standardised, since penalties and first weights have a unit,
/// and in simulations in the units of the design, as in the published comparisons. The network without instruments sees what DeepIV sees.
/// </summary>
static class DeepIvBaselines
{
    /// <summary>Rows beyond which KIV sees a part of them: its time grows with their cube.</summary>
    public const int MostKernelRows = 5000;

    const string All = "all", Network = "plain-network";

    static readonly (string Name, string Title, Func<InstrumentData, Key, IResponse> Fit)[] Estimators =
    [
        ("kernel", "KIV", static (data, key) => KernelInstrumentalVariables.Fit(data, key)),
        ("features", "DFIV", static (data, key) => FeatureInstrumentalVariables.Fit(data, key)),
        ("polynomial", "polynomial 2SLS", static (data, _) => PolynomialTwoStage.Fit(data)),
        ("ridge", "polynomial ridge", static (data, _) => PolynomialRidge.Fit(data)),
    ];

    /// <summary>Names that the option takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Estimators.Select(static one => one.Name), Network];

    /// <summary>The names in a list joined by commas, in their order here; <c>all</c> stands for all.</summary>
    /// <exception cref="SettingException">A name is unknown.</exception>
    public static IReadOnlyList<string> Parse(string typed)
    {
        string[] asked = typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in asked)
        {
            if (name != All && !Names.Contains(name))
                throw new SettingException($"baselines={Models.Names.Show(typed)}: there is no '{Models.Names.Show(name)}'.{Models.Names.DidYouMean(name, Names)} Name some of {string.Join(", ", Names)}, joined by commas, or {All}.");
        }

        return [.. Names.Where(name => asked.Contains(All) || asked.Contains(name))];
    }

    /// <summary>Fits one. That it cannot be fitted to these rows is no reason to lose a trained run: the note says so.</summary>
    public static Baseline Fit(string name, DeepIvProblem problem, DeepIvSettings settings, Key key, int mostKernelRows = MostKernelRows)
    {
        key = key.Split(name.Replace('-', ' '));
        if (name == Network) return new(name, "network without instruments", PlainNetwork.Fit(problem.Data, settings, key), "");
        var (_, title, fit) = Array.Find(Estimators, one => one.Name == name);
        InstrumentData data = problem.WithoutPixels;
        string note = "";
        if (name == "kernel" && data.Count > mostKernelRows)
        {
            note = $"{title} is fitted to {mostKernelRows} of the {data.Count} rows, drawn at random, since its time grows with their cube.";
            data = data.Take(new Generator(key.Split("rows")).Permutation(data.Count).Slice(0, 0, mostKernelRows));
        }

        if (problem.HasImages) note += $"{(note.Length > 0 ? " " : "")}{title} does not see the pixels.";
        try
        {
            IResponse response = problem.Table is null ? fit(data, key) : Standardized.Fit(data, scaled => fit(scaled, key));
            return new(name, title, new LeadingColumns(response, data.Covariates.Shape[1]), note);
        }
        catch (Exception failure) when (failure is SettingException or NumericalException or SolverException)
        {
            return new(name, title, null, $"{title} is left out: {failure.Message}");
        }
    }

    /// <summary>A fit of standardised columns that takes and gives numbers in the units of the data.</summary>
    sealed class Standardized(Standardization scale, IResponse inner) : IResponse
    {
        public static Standardized Fit(InstrumentData data, Func<InstrumentData, IResponse> fit)
        {
            Standardization scale = Standardization.Of(data);
            return new(scale, fit(scale.Apply(data)));
        }

        public Tensor Predict(Tensor treatment, Tensor covariates) =>
            scale.Outcome.Undo(inner.Predict(scale.Treatment.Apply(treatment), scale.Covariates.Apply(covariates)));
    }
}
