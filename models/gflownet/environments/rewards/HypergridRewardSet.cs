namespace Adjoint.Models.GFlowNets;

/// <summary>The three heights of the hypergrid reward. Every result must name the set that it holds for.</summary>
/// <param name="Base">R0, what every point has.</param>
/// <param name="Outer">R1, added where all coordinates lie in the outer band.</param>
/// <param name="Inner">R2, added where all coordinates lie in the inner band.</param>
public sealed record HypergridRewardSet(double Base, double Outer, double Inner)
{
    /// <summary>(0.1, 0.5, 2): the reward of the first papers, and of the regression tests of torchgfn.</summary>
    public static HypergridRewardSet Shallow { get; } = new(0.1, 0.5, 2);

    /// <summary>(0.01, 0.5, 2).</summary>
    public static HypergridRewardSet Middle { get; } = new(0.01, 0.5, 2);

    /// <summary>(0.001, 0.5, 2), called easy by gfnx and standard by others.</summary>
    public static HypergridRewardSet Deep { get; } = new(0.001, 0.5, 2);

    /// <summary>(0.0001, 1, 3), called hard by gfnx.</summary>
    public static HypergridRewardSet Hard { get; } = new(0.0001, 1, 3);

    /// <summary>The named sets, in the order of their names as options.</summary>
    public static IReadOnlyList<(string Name, HypergridRewardSet Set)> All => [("shallow", Shallow), ("middle", Middle), ("deep", Deep), ("hard", Hard)];

    /// <summary>The set of a name in <see cref="All"/>.</summary>
    /// <exception cref="SettingException">There is none of that name.</exception>
    public static HypergridRewardSet Named(string name)
    {
        foreach ((string known, HypergridRewardSet set) in All)
        {
            if (known == name) return set;
        }

        throw new SettingException($"There is no hypergrid reward '{Names.Show(name)}'. Choose {string.Join(", ", All.Select(static item => item.Name))}.");
    }
}
