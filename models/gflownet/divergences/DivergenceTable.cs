namespace Adjoint.Models.GFlowNets;

/// <summary>The divergences of section 3.4 of the f-trajectory-balance specification by name.</summary>
public static class DivergenceTable
{
    static readonly (string Name, double Alpha)[] family =
    [
        ("forward-kl", 0), ("hellinger", 0.5), ("reverse-kl", 1), ("pearson", 2), ("neyman", -1),
    ];

    /// <summary>All names; <c>alpha</c> takes a number besides.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. family.Select(static one => one.Name), "alpha", "jensen-shannon", "jeffreys", "cosh", "total-variation"];

    /// <summary>The divergence of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="alpha">α, for <c>alpha</c>.</param>
    /// <param name="type">Type of the ratios.</param>
    /// <exception cref="SettingException">There is none of the name.</exception>
    public static FDivergence Make(string name, double alpha = 1, DType type = DType.F32)
    {
        foreach (var (member, value) in family)
        {
            if (member == name) return new AlphaDivergence(value, type);
        }

        return name switch
        {
            "alpha" => new AlphaDivergence(alpha, type),
            "jensen-shannon" => new JensenShannonDivergence(),
            "jeffreys" => new JeffreysDivergence(),
            "cosh" => new ShiftedCoshDivergence(),
            "total-variation" => new TotalVariationDivergence(),
            _ => throw new SettingException($"No divergence is named {Models.Names.Show(name)}. There are: {string.Join(", ", Names)}."),
        };
    }
}
