namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A model of the oracle that says how sure it is. It is fitted to the data of a round from scratch, in parts, so that a run may be stopped between any two of them.
/// </summary>
public interface ISurrogate
{
    /// <summary>Mean squared error at objects that were held out from the fit so far; before it, that of the mean label.</summary>
    double Error { get; }

    /// <summary>What <see cref="Fit"/> changes and later parts depend on, for a checkpoint. The same names and shapes at any time.</summary>
    IEnumerable<NamedTensor> State { get; }

    /// <summary>Forgets what was learned, and takes the data of a round: the same data and round give the same fit.</summary>
    void Begin(LabelledObjects data, int round);

    /// <summary>Does one part of the fit; after the last, <see cref="Predict"/> may be called.</summary>
    /// <param name="part">1 to <paramref name="parts"/>.</param>
    /// <param name="parts">How many there are.</param>
    void Fit(int part, int parts);

    /// <summary>Mean and deviation, what the data leave open, of the oracle's values at objects of the library.</summary>
    SurrogatePrediction Predict(ReadOnlySpan<int> places);
}

/// <summary>What a surrogate says of objects.</summary>
/// <param name="Mean">Expected value of each.</param>
/// <param name="Deviation">Standard deviation of each, 0 or more.</param>
public sealed record SurrogatePrediction(double[] Mean, double[] Deviation);
