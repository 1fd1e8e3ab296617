namespace Adjoint.Models.GFlowNets;

/// <summary>How a round of active learning goes (gflownet specification, section 5.5).</summary>
public sealed record ActiveLearningSettings
{
    /// <summary>Objects labelled in a round.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Iterations of the policy in a round.</summary>
    public int Iterations { get; init; } = 300;

    /// <summary>Objects that the policy draws for the batch to be chosen from.</summary>
    public int Pool { get; init; } = 128;

    /// <summary>Whether the batch is the best of the pool by acquisition; else the first of it, as they were drawn.</summary>
    public bool TakesBest { get; init; } = true;

    /// <summary>The least distance between two objects of a batch; up to 1 for none.</summary>
    public int Spacing { get; init; } = 1;

    /// <summary>β in the reward α^β.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The power at iteration t is 1 + (β - 1) (1 - 1/(1 + t/ramp)); 0 for β from the start.</summary>
    public double Ramp { get; init; }

    /// <summary>Least reward before the power, as a part of the largest.</summary>
    public double Floor { get; init; } = 1e-3;

    /// <summary>Whether the policy goes on from the round before; else each round starts from the same weights.</summary>
    public bool KeepsPolicy { get; init; }

    /// <summary>The best so many labels make the curve of the run.</summary>
    public int Top { get; init; } = 5;

    /// <summary>β at an iteration of a round, counted from 0.</summary>
    public double PowerAt(int iteration) => Ramp == 0 ? Power : 1 + ((Power - 1) * (1 - (1 / (1 + (iteration / Ramp)))));
}
