namespace Adjoint.Models.GFlowNets;

/// <summary>What a round of labelling brought. Labels are in the oracle's units, distances in those of the library.</summary>
/// <param name="Labelled">Objects with a label after the round.</param>
/// <param name="Best">Largest label so far.</param>
/// <param name="TopMean">Mean of the largest labels so far.</param>
/// <param name="Performance">Mean label of the round's batch.</param>
/// <param name="Diversity">Mean distance of all pairs of the batch.</param>
/// <param name="Novelty">Mean distance of the batch to the nearest object that was labelled at the start.</param>
public sealed record RoundRecord(double Labelled, double Best, double TopMean, double Performance, double Diversity, double Novelty)
{
    /// <summary>Numbers of a record.</summary>
    public const int Width = 10;

    /// <summary>Rank correlation of the surrogate's mean and the oracle over all objects without a label, which the learner does not see.</summary>
    public double RankCorrelation { get; init; }

    /// <summary>Mean label, unseen by the learner, of what the policy drew.</summary>
    public double PoolMean { get; init; }

    /// <summary>Share of the draws that were different objects without a label.</summary>
    public double PoolNew { get; init; }

    /// <summary>Mean label of the batch that the acquisition would have chosen from the whole library: what the pool cost or gained.</summary>
    public double LibraryPerformance { get; init; }

    /// <summary>All numbers, for a checkpoint.</summary>
    public double[] Numbers => [Labelled, Best, TopMean, Performance, Diversity, Novelty, RankCorrelation, PoolMean, PoolNew, LibraryPerformance];

    /// <summary>The record of numbers that <see cref="Numbers"/> gave.</summary>
    public static RoundRecord From(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    {
        RankCorrelation = numbers[6],
        PoolMean = numbers[7],
        PoolNew = numbers[8],
        LibraryPerformance = numbers[9],
    };

    /// <summary>The record of a batch that was just labelled.</summary>
    /// <param name="library">The objects.</param>
    /// <param name="data">All data, the batch the last of them.</param>
    /// <param name="initial">How many were labelled at the start.</param>
    /// <param name="batch">How many the batch has.</param>
    /// <param name="top">How many of the largest labels <see cref="TopMean"/> is of.</param>
    public static RoundRecord Of(ObjectLibrary library, LabelledObjects data, int initial, int batch, int top)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(data);
        int[] places = [.. data.Places], chosen = places[^batch..];
        return new(
            data.Count, data.Labels.Max(), data.TopMean(top), data.Labels.Skip(data.Count - batch).Average(), library.MeanPairwiseDistance(chosen),
            library.MeanNearestDistance(chosen, places.AsSpan(0, initial)));
    }
}
