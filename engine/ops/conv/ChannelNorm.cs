namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>
    /// Each group of channels of each image of x [images, channels, …] standardised, (x - mean) / √(variance + ε), then · scale + shift of the channel where given. Wu, He 2018.
    /// </summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="groups">Groups; as many as channels for instance norm.</param>
    /// <param name="scale">[channels].</param>
    /// <param name="shift">[channels].</param>
    /// <param name="epsilon">ε.</param>
    /// <exception cref="ShapeException">The channels do not divide into the groups, or scale and shift are not of their number.</exception>
    /// <exception cref="SettingException">ε is not a number of at least 0.</exception>
    public static Tensor GroupNorm(this Tensor x, int groups, Tensor? scale = null, Tensor? shift = null, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.MinimumRank("group_norm", "the input", x, 2);
        int channels = x.Shape[1];
        if (groups < 1 || channels % groups != 0) throw new ShapeException($"group_norm: the channels of {x.Shape} do not divide into {groups} groups. Change one of them.");

        // A group is a row in memory.
        Tensor y = x.Reshape([x.Shape[0], groups, channels / groups * x.Shape.CountOf(2..)]).LayerNorm(epsilon: epsilon).Reshape(x.Shape);
        if (scale is not null) y *= PerChannel("group_norm", "the scale", scale, x);
        return shift is null ? y : y + PerChannel("group_norm", "the shift", shift, x);
    }

    /// <summary>
    /// Each channel of x [batch, channels, …] standardised over all other axes, then · scale + shift of the channel where given; and the mean and the biased variance of each channel,
    /// [channels]. Ioffe, Szegedy 2015.
    /// </summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="scale">[channels].</param>
    /// <param name="shift">[channels].</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="mean">Mean of each channel.</param>
    /// <param name="variance">Mean square around it.</param>
    /// <exception cref="ShapeException">There are no channels or no numbers, or scale and shift are not of their number.</exception>
    public static Tensor BatchNorm(this Tensor x, Tensor? scale, Tensor? shift, double epsilon, out Tensor mean, out Tensor variance)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.MinimumRank("batch_norm", "the input", x, 2);
        if (x.Count == 0) throw new ShapeException($"batch_norm: {x.Shape} has no numbers. Check for empty input before.");
        mean = MeanOfChannels(x);
        Tensor centered = x - PerChannel("batch_norm", "the mean", mean, x);
        variance = MeanOfChannels(centered.Square());
        Tensor factor = variance.Affine(1, epsilon).Rsqrt();
        if (scale is not null) factor *= scale;
        Tensor y = centered * PerChannel("batch_norm", "the scale", factor, x);
        return shift is null ? y : y + PerChannel("batch_norm", "the shift", shift, x);
    }

    /// <summary>(x - mean)·root·scale + shift with numbers [channels] of the second axis.</summary>
    internal static Tensor ScaleChannels(this Tensor x, Tensor mean, Tensor root, Tensor? scale, Tensor? shift)
    {
        Tensor factor = scale is null ? root : root * scale;
        Tensor y = (x - PerChannel("batch_norm", "the mean", mean, x)) * PerChannel("batch_norm", "the scale", factor, x);
        return shift is null ? y : y + PerChannel("batch_norm", "the shift", shift, x);
    }

    static Tensor PerChannel(string op, string role, Tensor channel, Tensor x)
    {
        if (channel.Rank != 1 || channel.Shape[0] != x.Shape[1])
            throw new ShapeException($"{op}: {role} {channel.Shape} does not fit {x.Shape}. Pass one number for each of the {x.Shape[1]} channels.");
        Span<int> sizes = stackalloc int[x.Rank];
        sizes.Fill(1);
        sizes[0] = x.Shape[0];
        sizes[1] = channel.Shape[0];

        // A row for each image, so that its gradient is summed as the means are.
        return channel.Expand([x.Shape[0], channel.Shape[0]]).Reshape(Shape.Create(sizes));
    }

    // Rows of memory first, which is much faster than all axes but the second at once; then what is left of the batch.
    static Tensor MeanOfChannels(Tensor x)
    {
        Span<int> inner = stackalloc int[x.Rank - 2];
        for (int i = 0; i < inner.Length; i++) inner[i] = i + 2;
        return (inner.IsEmpty ? x : x.Sum(inner)).Sum(0) / (x.Count / x.Shape[1]);
    }
}
