namespace Adjoint.Models.DeepIv;

/// <summary>What the columns of an <see cref="InstrumentData"/> are called.</summary>
/// <param name="Treatment">Name of p.</param>
/// <param name="Outcome">Name of y.</param>
/// <param name="Instruments">Names of the columns of z.</param>
/// <param name="Covariates">Names of the columns of x.</param>
public sealed record VariableNames(string Treatment, string Outcome, IReadOnlyList<string> Instruments, IReadOnlyList<string> Covariates)
{
    /// <summary>Names for data that have none: p, y, z1, z2, …, x1, x2, ….</summary>
    public static VariableNames For(InstrumentData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new("p", "y", Numbered("z", data.Instruments.Shape[1]), Numbered("x", data.Covariates.Shape[1]));
    }

    static string[] Numbered(string letter, int count)
    {
        var names = new string[count];
        for (int i = 0; i < count; i++) names[i] = $"{letter}{i + 1}";
        return names;
    }
}
