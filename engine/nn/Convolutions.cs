namespace Adjoint;

/// <summary>What the convolution layers share: a weight of windows, a bias, and how the windows move. First values are PyTorch's, uniform within ±1/√fan-in.</summary>
public abstract class ConvolutionLayer : Layer
{
    private protected ConvolutionLayer(Shape weight, int outputs, ConvolutionGeometry geometry, bool bias, Initializer? weightInitializer, Initializer? biasInitializer)
    {
        string name = GetType().Name;
        geometry.Check(name);
        foreach (int size in weight.Sizes) Check.AtLeast(size, 1, $"{name} channels in a group, or window");
        Geometry = geometry;
        Weight = Add("weight", weight, weightInitializer ?? Initializers.LinearDefault);
        if (bias) Bias = Add("bias", [outputs], biasInitializer ?? Initializers.Uniform(1 / Math.Sqrt(weight.CountOf(1..))));
    }

    /// <summary>How the windows move, and the groups of channels.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>The windows.</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs]; null without bias.</summary>
    public Parameter? Bias { get; }

    // Channels must divide into groups before they are divided.
    private protected static int OfGroup(string layer, int channels, int groups)
    {
        if (groups >= 1 && channels >= 1 && channels % groups == 0) return channels / groups;
        throw new SettingException($"{layer}: {channels} channels do not divide into {groups} groups. Change one of them.");
    }
}

/// <summary>A convolution over images [images, inputs, height, width] → [images, outputs, …]; the weight is [outputs, inputs / groups, rows, columns].</summary>
public sealed class Conv2d : ConvolutionLayer
{
    /// <summary>Makes the layer with a square window and the same settings along both axes.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public Conv2d(int inputs, int outputs, int window, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true)
        : this(inputs, outputs, window, window, ConvolutionGeometry.Create(stride, padding, dilation, groups), bias)
    {
    }

    /// <summary>Makes the layer with any window; <see cref="ConvolutionGeometry.Same"/> keeps the size of images.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public Conv2d(
        int inputs, int outputs, int rows, int columns, ConvolutionGeometry geometry, bool bias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base([OfGroup("Conv2d", outputs, geometry.Groups) * geometry.Groups, OfGroup("Conv2d", inputs, geometry.Groups), rows, columns], outputs, geometry, bias, weightInitializer, biasInitializer)
    {
    }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.Convolution(Weight.Value, Bias?.Value, Geometry);
}

/// <summary>A convolution over sequences [images, inputs, length] → [images, outputs, …]; the weight is [outputs, inputs / groups, taps].</summary>
public sealed class Conv1d : ConvolutionLayer
{
    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public Conv1d(int inputs, int outputs, int window, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true)
        : this(inputs, outputs, window, ConvolutionGeometry.Create(stride, padding, dilation, groups, is1D: true), bias)
    {
    }

    /// <summary>Makes the layer with the settings of the columns of a geometry.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public Conv1d(int inputs, int outputs, int window, ConvolutionGeometry geometry, bool bias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base([OfGroup("Conv1d", outputs, geometry.Groups) * geometry.Groups, OfGroup("Conv1d", inputs, geometry.Groups), window], outputs, geometry, bias, weightInitializer, biasInitializer)
    {
    }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.Convolution(Weight.Value, Bias?.Value, Geometry);
}

/// <summary>A transposed convolution over images [images, inputs, height, width] → [images, outputs, …]; the weight is [inputs, outputs / groups, rows, columns].</summary>
public sealed class ConvTranspose2d : ConvolutionLayer
{
    readonly int outputPadding;

    /// <summary>Makes the layer with a square window and the same settings along both axes.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public ConvTranspose2d(int inputs, int outputs, int window, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1, bool bias = true)
        : base(
            [OfGroup("ConvTranspose2d", inputs, groups) * groups, OfGroup("ConvTranspose2d", outputs, groups), window, window], outputs,
            ConvolutionGeometry.Create(stride, padding, dilation, groups), bias, null, null) => this.outputPadding = outputPadding;

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.ConvolutionTransposed(Weight.Value, Bias?.Value, Geometry, outputPadding, outputPadding);
}

/// <summary>A transposed convolution over sequences [images, inputs, length] → [images, outputs, …]; the weight is [inputs, outputs / groups, taps].</summary>
public sealed class ConvTranspose1d : ConvolutionLayer
{
    readonly int outputPadding;

    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">A size or setting is out of range.</exception>
    public ConvTranspose1d(int inputs, int outputs, int window, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1, bool bias = true)
        : base(
            [OfGroup("ConvTranspose1d", inputs, groups) * groups, OfGroup("ConvTranspose1d", outputs, groups), window], outputs,
            ConvolutionGeometry.Create(stride, padding, dilation, groups, is1D: true), bias, null, null) => this.outputPadding = outputPadding;

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The input does not have the layer's channels.</exception>
    public override Tensor Forward(Tensor x) => x.ConvolutionTransposed(Weight.Value, Bias?.Value, Geometry, 0, outputPadding);
}
