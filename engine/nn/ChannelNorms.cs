namespace Adjoint;

/// <summary>
/// Normalisation of groups of channels of each image, x [images, channels, …], with a learned scale and shift of each channel: Wu, He 2018.
/// </summary>
public sealed class GroupNorm : Layer
{
    readonly int groups;
    readonly double epsilon;

    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">The channels do not divide into the groups, or ε is negative.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5, bool affine = true)
    {
        Check.AtLeast(channels, 1, "GroupNorm channels");
        if (groups < 1 || channels % groups != 0) throw new SettingException($"GroupNorm: {channels} channels do not divide into {groups} groups. Change one of them.");
        this.groups = groups;
        this.epsilon = Check.InRange(epsilon, 0, double.MaxValue, "GroupNorm epsilon");
        if (!affine) return;
        Weight = Add("weight", [channels], Initializers.Ones);
        Bias = Add("bias", [channels], Initializers.Zeros);
    }

    /// <summary>Scale, [channels]; null without.</summary>
    public Parameter? Weight { get; }

    /// <summary>Shift, [channels]; null without.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.GroupNorm(groups, Weight?.Value, Bias?.Value, epsilon);
}

/// <summary>Normalisation of each channel of each image; without scale and shift unless asked for, as in PyTorch. Ulyanov, Vedaldi, Lempitsky 2016.</summary>
public sealed class InstanceNorm : Layer
{
    readonly int channels;
    readonly double epsilon;

    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">There are no channels, or ε is negative.</exception>
    public InstanceNorm(int channels, double epsilon = 1e-5, bool affine = false)
    {
        this.channels = Check.AtLeast(channels, 1, "InstanceNorm channels");
        this.epsilon = Check.InRange(epsilon, 0, double.MaxValue, "InstanceNorm epsilon");
        if (!affine) return;
        Weight = Add("weight", [channels], Initializers.Ones);
        Bias = Add("bias", [channels], Initializers.Zeros);
    }

    /// <summary>Scale, [channels]; null without.</summary>
    public Parameter? Weight { get; }

    /// <summary>Shift, [channels]; null without.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.GroupNorm(channels, Weight?.Value, Bias?.Value, epsilon);
}
