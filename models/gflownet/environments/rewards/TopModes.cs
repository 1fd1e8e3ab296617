namespace Adjoint.Models.GFlowNets;

/// <summary>The best strings of a table as modes, each a region of its own (Shen et al. 2023 take the best 0.5 %). Strings as good as the last of them count as well.</summary>
public sealed class TopModes : IModes
{
    readonly TableReward reward;
    readonly Dictionary<int, int> regions = [];

    /// <summary>Finds the best strings.</summary>
    /// <param name="reward">The table.</param>
    /// <param name="share">The share of all strings, above 0 and up to 1.</param>
    /// <exception cref="SettingException">The share is out of range, or holds no string.</exception>
    public TopModes(TableReward reward, double share = 0.005)
    {
        ArgumentNullException.ThrowIfNull(reward);
        this.reward = reward;
        Check.InRange(share, double.Epsilon, 1, "TopModes: share");
        double[] sorted = reward.LogRewards.ToArray();
        Array.Sort(sorted);
        int count = Check.AtLeast((int)Math.Round(share * sorted.Length), 1, "TopModes: strings in the share");
        LeastLogReward = sorted[^count];
        for (int index = 0; index < sorted.Length; index++)
        {
            if (reward.LogRewards[index] >= LeastLogReward) regions.Add(index, regions.Count);
        }
    }

    /// <summary>log R of the least of them.</summary>
    public double LeastLogReward { get; }

    /// <inheritdoc/>
    public int Regions => regions.Count;

    /// <inheritdoc/>
    public bool IsMode(ReadOnlySpan<long> state) => regions.ContainsKey(reward.IndexOf(state));

    /// <inheritdoc/>
    public void Mark(ReadOnlySpan<long> state, Span<bool> found)
    {
        if (regions.TryGetValue(reward.IndexOf(state), out int region)) found[region] = true;
    }
}
