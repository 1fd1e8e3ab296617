namespace Adjoint.Models.GFlowNets;

/// <summary>
/// How the distance d to the nearest mode becomes a reward: log R = Top - Slope · d. Four variants are in use, which are not the same; every result must name its own (gflownet specification, section 5.2).
/// </summary>
/// <param name="Slope">What a wrong bit costs, above 0.</param>
/// <param name="Top">log R of a mode.</param>
public readonly record struct BitSequenceScale(double Slope, double Top)
{
    /// <summary>Names of the variants as options.</summary>
    public static IReadOnlyList<string> Variants => ["gfnx", "gflownet-rl", "torchgfn", "tb-paper"];

    /// <summary>log R = -β d/n, of gfnx with β = 3: a range of 3 nats.</summary>
    public static BitSequenceScale Share(int bits, double beta = 3) => new(beta / bits, 0);

    /// <summary>log R = -2 d, of gflownet-rl: very sharp.</summary>
    public static BitSequenceScale PerBit(double slope = 2) => new(slope, 0);

    /// <summary>log R = -d/T, of torchgfn.</summary>
    public static BitSequenceScale Temperature(double temperature = 1) => new(1 / temperature, 0);

    /// <summary>log R = β (1 - d/n), of the trajectory balance paper with β = 3: that of gfnx up to a constant.</summary>
    public static BitSequenceScale Power(int bits, double beta = 3) => new(beta / bits, beta);

    /// <summary>The variant of a name, with its own constants.</summary>
    /// <exception cref="SettingException">There is none of that name.</exception>
    public static BitSequenceScale Named(string variant, int bits) => variant switch
    {
        "gfnx" => Share(bits),
        "gflownet-rl" => PerBit(),
        "torchgfn" => Temperature(),
        "tb-paper" => Power(bits),
        _ => throw new SettingException($"There is no bit-sequence reward '{Names.Show(variant)}'. Choose {string.Join(", ", Variants)}."),
    };
}
