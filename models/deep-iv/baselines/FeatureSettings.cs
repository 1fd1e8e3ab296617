namespace Adjoint.Models.DeepIv;

/// <summary>Settings of <see cref="FeatureInstrumentalVariables"/>; by default those of the authors' demand experiment.</summary>
public sealed record FeatureSettings
{
    /// <summary>Rounds of all three kinds of steps.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Steps a round on the features of the instruments.</summary>
    public int InstrumentSteps { get; init; } = 20;

    /// <summary>Steps a round on the features of the covariates.</summary>
    public int CovariateSteps { get; init; } = 20;

    /// <summary>Steps a round on the features of the treatment.</summary>
    public int TreatmentSteps { get; init; } = 1;

    /// <summary>Width of the treatment's features φ(p).</summary>
    public int TreatmentFeatures { get; init; } = 1;

    /// <summary>Ridge penalty of the first stage, by row.</summary>
    public double FirstPenalty { get; init; } = 0.1;

    /// <summary>Ridge penalty of the second stage, by row.</summary>
    public double SecondPenalty { get; init; } = 0.1;

    /// <summary>Learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-3;
}
