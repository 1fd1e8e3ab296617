namespace Adjoint.Models;

/// <summary>Average precision: Σ (recall_k - recall_(k-1)) · precision_k over thresholds in falling order, each threshold taking in all scores equal to it. No interpolation.</summary>
public static class AveragePrecision
{
    /// <summary>The average precision of scores.</summary>
    /// <param name="scores">Larger means more likely positive.</param>
    /// <param name="positive">Whether each is positive.</param>
    /// <exception cref="ShapeException">Lengths differ, or nothing is positive.</exception>
    /// <exception cref="SettingException">A score is not finite.</exception>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length) throw new ShapeException($"AveragePrecision: {scores.Length} scores stand against {positive.Length} labels. Pass one label for each score.");
        MetricChecks.Sample("AveragePrecision", "the scores", scores);
        int[] order = MetricChecks.Order(scores);
        double found = 0, sum = 0;
        for (int end = order.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && scores[order[start - 1]] == scores[order[end - 1]]) start--;
            double gained = 0;
            for (int i = start; i < end; i++) gained += positive[order[i]] ? 1 : 0;
            found += gained;
            sum += gained * found / (order.Length - start);
            end = start;
        }

        if (found == 0) throw new ShapeException("AveragePrecision: no label is positive. Pass at least one.");
        return sum / found;
    }
}
