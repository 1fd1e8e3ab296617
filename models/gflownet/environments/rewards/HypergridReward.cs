namespace Adjoint.Models.GFlowNets;

/// <summary>
/// R(s) = R0 + R1 ∏ 1[1/4 &lt; aᵢ ≤ 1/2] + R2 ∏ 1[3/10 &lt; aᵢ &lt; 4/10] with aᵢ = |sᵢ/(side-1) - 1/2| (Bengio et al. 2021, section 4.1). Borders are compared in whole numbers, so that points on them
/// fall where the formula puts them. A mode is a point with R0 + R1 + R2; of the 2^dimensions regions of modes, bit i tells whether coordinate i is high.
/// </summary>
public sealed class HypergridReward : IReward, IModes
{
    const int MostDimensions = 30;

    readonly int dimensions;
    readonly int side;
    readonly HypergridRewardSet set;
    readonly long[] levels;
    readonly Tensor levelOfPlace;
    readonly Tensor logOfLevel;

    /// <summary>The reward of a grid; its tables lie on the default device.</summary>
    /// <param name="dimensions">Number of coordinates, 1 to 30.</param>
    /// <param name="side">Points along each, from 2 on.</param>
    /// <param name="set">The heights.</param>
    /// <param name="dtype">F32 or F64, the dtype of log R.</param>
    /// <exception cref="SettingException">A size is out of range, or a height is negative, or R0 is not positive.</exception>
    public HypergridReward(int dimensions, int side, HypergridRewardSet set, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(set);
        this.dimensions = (int)Check.InRange(dimensions, 1, MostDimensions, "HypergridReward: dimensions");
        this.side = Check.AtLeast(side, 2, "HypergridReward: side");
        this.set = set;
        Check.InRange(set.Base, double.Epsilon, double.MaxValue, "HypergridReward: R0");
        Check.InRange(set.Outer, 0, double.MaxValue, "HypergridReward: R1");
        Check.InRange(set.Inner, 0, double.MaxValue, "HypergridReward: R2");
        levels = [.. Enumerable.Range(0, side).Select(place => LevelOf(place, side))];
        levelOfPlace = Tensor.From(levels);
        logOfLevel = Tensor.From([Math.Log(set.Base), Math.Log(set.Base + set.Outer), Math.Log(set.Base + set.Outer + set.Inner)]).To(dtype);
    }

    /// <inheritdoc/>
    public int Regions => 1 << dimensions;

    /// <summary>Number of modes.</summary>
    public double Modes => Math.Pow(levels.Count(static level => level == 2), dimensions);

    /// <summary>Z = Σ R(s) over all points, in closed form.</summary>
    public double Partition =>
        (set.Base * Math.Pow(side, dimensions)) + (set.Outer * Math.Pow(levels.Count(static level => level > 0), dimensions)) + (set.Inner * Modes);

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states)
    {
        RewardChecks.States("HypergridReward", states, dimensions);
        // The inner band lies inside the outer one, so the lowest level of the coordinates is the level of the point.
        Tensor level = levelOfPlace.Select(0, states.Reshape([states.Count])).Reshape(states.Shape).Min(1);
        return logOfLevel.Select(0, level);
    }

    /// <inheritdoc/>
    public bool IsMode(ReadOnlySpan<long> state)
    {
        foreach (long place in state)
        {
            if (levels[place] < 2) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Mark(ReadOnlySpan<long> state, Span<bool> found)
    {
        if (!IsMode(state)) return;
        int region = 0;
        for (int i = 0; i < state.Length; i++) region |= (2 * state[i] >= side ? 1 : 0) << i;
        found[region] = true;
    }

    // 2 in the inner band, 1 in the outer band alone, 0 elsewhere. With t = |2s - (side-1)| the borders are t/(2 (side-1)).
    static long LevelOf(int place, int side)
    {
        long span = side - 1, twice = Math.Abs((2L * place) - span);
        if (2 * twice <= span) return 0;
        return 5 * twice > 3 * span && 5 * twice < 4 * span ? 2 : 1;
    }
}
