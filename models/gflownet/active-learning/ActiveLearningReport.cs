using System.Globalization;

namespace Adjoint.Models.GFlowNets;

/// <summary>Charts and tables of the rounds, random search beside them.</summary>
sealed class ActiveLearningReport(ObjectLibrary library, ActiveLearningSettings settings, IReadOnlyList<RoundRecord> records, RoundRecord[] random, double topMeanAtStart)
{
    readonly double[] rounds = [.. Enumerable.Range(1, records.Count).Select(static round => (double)round)];

    /// <summary>Adds them.</summary>
    public void Write(ReportBuilder report)
    {
        report.Heading("Round by round");
        report.Paragraph($"Each round labels {settings.Batch} of {library.Count:N0} objects. Random search starts with the same labels and draws evenly from the rest.");
        double[] all = [0, .. rounds];
        report.Chart(new Chart($"Mean of the {settings.Top} largest labels", "round", "label")
            .Line("active learning", all, [topMeanAtStart, .. Of(static one => one.TopMean)])
            .Line("random search", all, [topMeanAtStart, .. random.Select(static one => one.TopMean)]));
        report.Chart(new Chart("Mean label of a round's batch", "round", "label")
            .Line("active learning", rounds, Of(static one => one.Performance))
            .Line("best acquisition of the whole library", rounds, Of(static one => one.LibraryPerformance))
            .Line("all that the policy drew", rounds, Of(static one => one.PoolMean))
            .Line("random search", rounds, [.. random.Select(static one => one.Performance)]));
        report.Chart(new Chart("Distances in a round's batch", "round", "distance")
            .Line("diversity: all pairs", rounds, Of(static one => one.Diversity))
            .Line("novelty: nearest object labelled at the start", rounds, Of(static one => one.Novelty))
            .Line("diversity of random search", rounds, [.. random.Select(static one => one.Diversity)])
            .Line("novelty of random search", rounds, [.. random.Select(static one => one.Novelty)]));
        report.Chart(new Chart("Surrogate: rank correlation with the oracle over objects without a label", "round", "Spearman").Line("surrogate", rounds, Of(static one => one.RankCorrelation)));
        report.Table("Rounds", new Table(
            ["round", "labelled", "best", "top mean", "performance", "diversity", "novelty", "surrogate's rank correlation", "mean of the pool", "new in the pool", "best of the library"],
            [.. records.Select((one, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), .. one.Numbers.Select(Written)])]));
        report.Table("Rounds of random search", new Table(
            ["round", "labelled", "best", "top mean", "performance", "diversity", "novelty"],
            [.. random.Select((one, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), .. one.Numbers.Take(6).Select(Written)])]));
    }

    double[] Of(Func<RoundRecord, double> number) => [.. records.Select(number)];

    static string Written(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
