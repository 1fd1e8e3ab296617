namespace Adjoint.Models.GFlowNets;

/// <summary>How a GFlowNet is trained (gflownet specification, section 3.4).</summary>
public sealed record GFlowNetSettings
{
    /// <summary>Trajectories of an iteration, from the policy.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Learning rate of the network.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate of log Z.</summary>
    public double LogZRate { get; init; } = 0.1;

    /// <summary>First value of log Z.</summary>
    public double LogZStart { get; init; }

    /// <summary>Factor on both learning rates over the iterations.</summary>
    public Schedule Schedule { get; init; } = Schedules.Constant;

    /// <summary>Decoupled weight decay of the network.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Bound on the norm of the gradient; infinity for none.</summary>
    public double Clip { get; init; } = double.PositiveInfinity;

    /// <summary>Trajectories of an iteration that lead, by P_B, to objects of the replay buffer; 0 for none.</summary>
    public int ReplayBatch { get; init; }

    /// <summary>Objects that the replay buffer holds.</summary>
    public int ReplayCapacity { get; init; } = 10_000;

    /// <summary>Whether the objects that the policy draws go into the replay buffer; else only those that are put there.</summary>
    public bool StoresOwnObjects { get; init; } = true;

    /// <summary>f32, or f64 for checks.</summary>
    public DType Type { get; init; } = DType.F32;
}
