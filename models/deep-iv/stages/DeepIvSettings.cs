namespace Adjoint.Models.DeepIv;

/// <summary>How DeepIV is trained: Hartford et al. 2017, and its release.</summary>
public sealed record DeepIvSettings
{
    /// <summary>The first stage, which learns the law of the treatment.</summary>
    public StageSettings Treatment { get; init; } = new() { Penalty = 1e-4 };

    /// <summary>The second stage, which learns the response.</summary>
    public StageSettings Response { get; init; } = new() { Penalty = 1e-3 };

    /// <summary>Normal laws in the mixture of a continuous treatment.</summary>
    public int Components { get; init; } = 10;

    /// <summary>Treatments of at most so many values are categorical; 0 takes all as continuous.</summary>
    public int MostCategories { get; init; }

    /// <summary>Draws of the treatment for each row of a step of stage 2.</summary>
    public int Draws { get; init; } = 2;

    /// <summary>λ of <see cref="ResponseLoss"/>: 0 for the unbiased estimate, 1 for the upper bound.</summary>
    public double VariancePenalty { get; init; } = 1;

    /// <summary>
    /// Networks of the first stage. Of several, each is trained without one part of the rows, chooses its weights by the likelihood of that part, and describes the treatments of that part to stage 2
    /// (cross-fitting): a network that has learned its rows by heart would give their confounded treatments back as the law.
    /// </summary>
    public int Folds { get; init; } = 1;

    /// <summary>Share of the rows that both stages hold out to choose their weights by; 0 trains on all.</summary>
    public double HoldOut { get; init; }

    /// <summary>Whether instruments and covariates are standardised; treatment and outcome always are.</summary>
    public bool StandardizesInputs { get; init; } = true;

    /// <summary>The release's recipe for n rows: dropout min(1000/(1000 + n), ½) in both stages, upper bound with two draws, batches of 100.</summary>
    public static DeepIvSettings Release(int rows, long steps = 15_000)
    {
        double rate = StageSettings.ReleaseDropRate(rows);
        return new DeepIvSettings
        {
            Treatment = new StageSettings { DropRate = rate, Penalty = 1e-4, Steps = steps },
            Response = new StageSettings { DropRate = rate, Penalty = 1e-3, Steps = steps },
        };
    }
}
