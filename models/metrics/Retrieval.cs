namespace Adjoint.Models;

/// <summary>Ranks of the right answers when candidates are sorted by falling score: row i of scores [queries, candidates] has its answer in column targets[i].</summary>
public static class Retrieval
{
    /// <summary>The rank of each answer from 1: candidates that score more, plus half of the others that tie, plus 1.</summary>
    /// <exception cref="ShapeException">Not a matrix, or not one target for each row.</exception>
    /// <exception cref="SettingException">A target is outside the range, or a score is not finite.</exception>
    public static double[] RanksOfTargets(Tensor scores, ReadOnlySpan<int> targets)
    {
        Tensor x = MetricChecks.Rows("Retrieval", "the matrix of scores", scores);
        int queries = x.Shape[0], candidates = x.Shape[1];
        if (targets.Length != queries) throw new ShapeException($"Retrieval: {targets.Length} targets stand against {queries} queries. Pass one target for each row of scores.");
        MetricChecks.Classes("Retrieval", "the list of targets", targets, candidates);
        double[] values = x.Read<double>();
        MetricChecks.Sample("Retrieval", "the matrix of scores", values);
        var ranks = new double[queries];
        for (int i = 0; i < queries; i++)
        {
            ReadOnlySpan<double> row = values.AsSpan(i * candidates, candidates);
            double target = row[targets[i]];
            int above = 0, equal = -1;
            foreach (double value in row)
            {
                if (value > target) above++;
                else if (value == target) equal++;
            }

            ranks[i] = 1 + above + (0.5 * equal);
        }

        return ranks;
    }

    /// <summary>Share of queries whose answer is among the first k.</summary>
    /// <inheritdoc cref="RanksOfTargets"/>
    public static double RecallAt(int k, Tensor scores, ReadOnlySpan<int> targets)
    {
        Check.AtLeast(k, 1, "k");
        double[] ranks = RanksOfTargets(scores, targets);
        return (double)ranks.Count(rank => rank <= k) / ranks.Length;
    }

    /// <summary>Mean of 1/rank.</summary>
    /// <inheritdoc cref="RanksOfTargets"/>
    public static double MeanReciprocalRank(Tensor scores, ReadOnlySpan<int> targets) => RanksOfTargets(scores, targets).Average(static rank => 1 / rank);

    /// <summary>
    /// Mean over queries of (candidates - rank) / candidates: the share of candidates that score below the answer, at best (n - 1)/n. Equal scores everywhere give (n - 1)/(2n).
    /// </summary>
    /// <inheritdoc cref="RanksOfTargets"/>
    public static double Normalized(Tensor scores, ReadOnlySpan<int> targets)
    {
        double[] ranks = RanksOfTargets(scores, targets);
        int candidates = scores.Shape[1];
        return ranks.Average(rank => (candidates - rank) / candidates);
    }
}
