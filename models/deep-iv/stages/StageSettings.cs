namespace Adjoint.Models.DeepIv;

/// <summary>How the network of a stage is made and trained. The standard values are those of the release's low-dimensional script.</summary>
public sealed record StageSettings
{
    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [128, 64, 32];

    /// <summary>After each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Rate of dropout after each hidden layer.</summary>
    public double DropRate { get; init; }

    /// <summary>λ of the penalty λ Σ W² on the weights of hidden layers.</summary>
    public double Penalty { get; init; }

    /// <summary>Learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate at the end as a fraction of that at the start, with a cosine between them; 1 keeps it constant.</summary>
    public double FinalRate { get; init; } = 1;

    /// <summary>Rows of a step.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>Steps, at least 1.</summary>
    public long Steps { get; init; } = 15_000;

    /// <summary>Relative deviation of the power-function average of the weights that is used in the end; 0 uses the last weights.</summary>
    public double Average { get; init; }

    /// <summary>Steps between two checks of the loss on held-out rows.</summary>
    public long CheckInterval { get; init; } = 500;

    /// <summary>Checks without a better loss after which the stage ends; 0 goes on to the last step. The best weights are used in either case.</summary>
    public int Patience { get; init; }

    /// <summary>The encoder of images among the covariates; null where there are none.</summary>
    internal EncoderSettings? Encoder { get; init; }

    /// <summary>Dropout of the release for n training rows: min(1000/(1000 + n), ½).</summary>
    public static double ReleaseDropRate(int rows) => Math.Min(1000.0 / (1000 + rows), 0.5);
}
