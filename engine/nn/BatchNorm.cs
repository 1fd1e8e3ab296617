namespace Adjoint;

/// <summary>
/// Normalisation of each channel over the batch, x [batch, channels] or [batch, channels, …], with a learned scale and shift: Ioffe, Szegedy 2015. While training by the statistics of the batch,
/// which also move the running ones; else by the running ones. Those are buffers, saved with the parameters, and moved in recorded steps as well.
/// </summary>
public sealed class BatchNorm : Layer
{
    readonly double epsilon;
    readonly double momentum;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="momentum">Share by which a batch moves the running statistics.</param>
    /// <param name="affine">Whether there are a scale and a shift.</param>
    /// <exception cref="SettingException">There are no channels, ε is negative, or the momentum outside [0, 1].</exception>
    public BatchNorm(int channels, double epsilon = 1e-5, double momentum = 0.1, bool affine = true)
    {
        Channels = Check.AtLeast(channels, 1, "BatchNorm channels");
        this.epsilon = Check.InRange(epsilon, 0, double.MaxValue, "BatchNorm epsilon");
        this.momentum = Check.InRange(momentum, 0, 1, "BatchNorm momentum");
        if (affine)
        {
            Weight = Add("weight", [channels], Initializers.Ones);
            Bias = Add("bias", [channels], Initializers.Zeros);
        }

        RunningMean = AddBuffer("running_mean", [channels], 0);
        RunningVariance = AddBuffer("running_var", [channels], 1);
        BatchCount = AddBuffer("num_batches_tracked", Shape.Scalar, 0, DType.I64);
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Scale, [channels]; null without.</summary>
    public Parameter? Weight { get; }

    /// <summary>Shift, [channels]; null without.</summary>
    public Parameter? Bias { get; }

    /// <summary>Running mean, [channels].</summary>
    public ModuleBuffer RunningMean { get; }

    /// <summary>Running variance, unbiased, [channels].</summary>
    public ModuleBuffer RunningVariance { get; }

    /// <summary>Batches that moved the statistics, i64 scalar.</summary>
    public ModuleBuffer BatchCount { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels, or while training one number a channel only.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2 || x.Shape[1] != Channels)
            throw new ShapeException($"BatchNorm {RunningMean.Name}: the input {x.Shape} does not have {Channels} channels as its second axis. Reshape it, or make the layer for its size.");
        if (!Training) return x.ScaleChannels(RunningMean.Value, RunningVariance.Value.Affine(1, epsilon).Rsqrt(), Weight?.Value, Bias?.Value);
        long count = x.Count / Channels;
        if (count < 2) throw new ShapeException($"BatchNorm {RunningMean.Name}: the input {x.Shape} has {count} number a channel, which has no variance. Use a larger batch, or set Training = false.");
        Tensor y = x.BatchNorm(Weight?.Value, Bias?.Value, epsilon, out Tensor mean, out Tensor variance);
        Move(RunningMean.Value, mean.Detach(), 1);
        Move(RunningVariance.Value, variance.Detach(), count / (count - 1.0));
        Dispatch.RunInto(new CountStep(), [], [BatchCount.Value]);
        return y;
    }

    void Move(Tensor running, Tensor batch, double factor) => (running.Affine(1 - momentum, 0) + batch.Affine(momentum * factor, 0)).CopyInto(running);
}
