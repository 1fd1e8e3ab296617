namespace Adjoint.Models;

/// <summary>
/// Area under the receiver operating characteristic: the probability that a positive scores above a negative, ties counting by half, which is Mann and Whitney's U through the number of pairs
/// (Hanley, McNeil 1982).
/// </summary>
public static class AreaUnderRoc
{
    /// <summary>The area, from the ranks: (R₊ - n₊(n₊ + 1)/2) / (n₊ n₋), R₊ the sum of the positives' ranks.</summary>
    /// <param name="scores">Larger means more likely positive.</param>
    /// <param name="positive">Whether each is positive.</param>
    /// <exception cref="ShapeException">Lengths differ, or a class is absent.</exception>
    /// <exception cref="SettingException">A score is not finite.</exception>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length) throw new ShapeException($"AreaUnderRoc: {scores.Length} scores stand against {positive.Length} labels. Pass one label for each score.");
        double[] ranks = Ranks.Of(scores);
        double sum = 0, positives = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            if (!positive[i]) continue;
            sum += ranks[i];
            positives++;
        }

        double negatives = ranks.Length - positives;
        if (positives == 0 || negatives == 0) throw new ShapeException($"AreaUnderRoc: {positives} positives and {negatives} negatives. Pass at least one of each.");
        return (sum - (positives * (positives + 1) / 2)) / (positives * negatives);
    }
}
