using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The gradient of <see cref="Convolution"/> to its image: x[n, c, …] = Σ weight[o, c, p, q] · y[n, o, i, j] over all windows that see the place; the transposed convolution. Inputs: y
/// [images, outputs, oh, ow], the weight [outputs, channels / groups, kh, kw], and perhaps a bias [channels].
/// </summary>
/// <param name="Geometry">How the window moves over x.</param>
/// <param name="Height">Rows of x: several heights give the same number of windows.</param>
/// <param name="Width">Columns of x.</param>
public sealed record ConvolutionImage(ConvolutionGeometry Geometry, int Height, int Width) : FloatOp
{
    public override string Name => "convolution_image";

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor y = inputs[0], weight = inputs[1];
        Geometry.Check(Name);
        Require.SameType(Name, y, weight);
        Require.Float(Name, y);
        Require.Rank(Name, "the result", y, 4);
        Require.Rank(Name, "the weight", weight, 4);
        Convolution.CheckChannels(Name, weight, Geometry.Groups, y.Shape[1], weight.Shape[0] / Geometry.Groups);
        CheckWindows(Name, Geometry, Height, Width, weight.Shape[2], weight.Shape[3], y);
        int channels = weight.Shape[1] * Geometry.Groups;
        if (inputs.Length > 2)
        {
            Require.SameType(Name, y, inputs[2]);
            if (inputs[2].Rank != 1 || inputs[2].Shape[0] != channels)
                throw new ShapeException($"{Name}: the bias {inputs[2].Shape} does not fit {channels} channels. Pass one of shape [{channels}].");
        }

        return new Signature([y.Shape[0], channels, Height, Width], y.DType);
    }

    /// <summary>A result with as many positions as the window has on an image.</summary>
    internal static void CheckWindows(string op, ConvolutionGeometry geometry, int height, int width, int windowRows, int windowColumns, Tensor y)
    {
        int rows = geometry.Rows.Count(height, windowRows), columns = geometry.Columns.Count(width, windowColumns);
        if (y.Shape[2] == rows && y.Shape[3] == columns && rows > 0 && columns > 0) return;
        throw new ShapeException(
            $"{op}: a window of {windowRows} x {windowColumns} has {rows} x {columns} positions on an image of {height} x {width}, and the result {y.Shape} others. Change the image or its padding.");
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* y = &inputs[0].First<T>(), weight = &inputs[1].First<T>(), bias = &inputs[^1].First<T>(), x = &outputs[0].First<T>())
            ConvolutionKernel.Image(Geometry.Shape(outputs[0].Shape, inputs[1].Shape, inputs[0].Shape), y, weight, inputs.Length > 2 ? bias : null, x);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ConvolutionLaunch.Run(queue, Geometry.Shape(outputs[0].Shape, inputs[1].Shape, inputs[0].Shape), true, inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null, outputs[0]);

    public override void Vjp(VjpRule rule)
    {
        Tensor g = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, Convolution.Of(Geometry, g, rule.Y));
        if (rule.Needs(1)) rule.Give(1, ConvolutionWeight.Of(Geometry, g, rule.X, rule.InputShape(1)));
        if (rule.InputCount > 2 && rule.Needs(2)) rule.Give(2, g.Sum([0, 2, 3]));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? bias = rule.InputCount > 2 ? rule.Tangent(2) : null, sum = null;
        if (rule.Tangent(0) is { } y) sum = Of(Geometry, y, rule.Y, rule.OutputShape());
        if (rule.Tangent(1) is { } weight) sum = Convolution.Plus(sum, Of(Geometry, rule.X, weight, rule.OutputShape()));
        return bias is null ? sum : Convolution.Plus(sum, bias.Reshape([bias.Count, 1, 1]).Expand(rule.OutputShape()));
    }

    internal static Tensor Of(ConvolutionGeometry geometry, Tensor y, Tensor weight, Shape image) =>
        Dispatch.Run(new ConvolutionImage(geometry, image[2], image[3]), y.Contiguous(), weight.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * inputs[0].Count * inputs[1].Shape.CountOf(1..);
}

public static partial class TensorMath
{
    /// <summary>
    /// Transposed convolution of x [images, channels, height, width] by a weight [channels, outputs / groups, rows, columns] → [images, outputs, …], or the same for one axis:
    /// the gradient of a convolution, which makes images larger. A side becomes (size - 1)·stride - 2·padding + dilation·(window - 1) + outputPadding + 1.
    /// </summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="weight">Windows, of the dtype of x.</param>
    /// <param name="bias">One number an output, or none.</param>
    /// <param name="stride">Step of the window over the result.</param>
    /// <param name="padding">What the result lacks at each side.</param>
    /// <param name="outputPadding">What it has more at the end, below the stride or the dilation.</param>
    /// <param name="dilation">Step between taps.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <exception cref="ShapeException">Channels do not fit, or nothing would be left of the result.</exception>
    /// <exception cref="SettingException">A setting is out of range.</exception>
    public static Tensor ConvolutionTransposed(
        this Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.ConvolutionTransposed(weight, bias, ConvolutionGeometry.Create(stride, padding, dilation, groups, x.Rank == 3), x.Rank == 3 ? 0 : outputPadding, outputPadding);
    }

    /// <summary>The same with other settings along each axis; a 1-D convolution takes those of the columns.</summary>
    /// <inheritdoc cref="ConvolutionTransposed(Tensor, Tensor, Tensor, int, int, int, int, int)"/>
    public static Tensor ConvolutionTransposed(this Tensor x, Tensor weight, Tensor? bias, ConvolutionGeometry geometry, int outputPaddingRows, int outputPaddingColumns)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(geometry);
        const string Op = "convolution_transposed";
        geometry.Check(Op);
        if (x.Rank == 3)
        {
            Require.Rank(Op, "the weight", weight, 3);
            return x.Unsqueeze(2).ConvolutionTransposed(weight.Unsqueeze(2), bias, geometry, outputPaddingRows, outputPaddingColumns).Squeeze(2);
        }

        Require.Rank(Op, "the image", x, 4);
        Require.Rank(Op, "the weight", weight, 4);
        CheckOutputPadding(Op, geometry.Rows, outputPaddingRows);
        CheckOutputPadding(Op, geometry.Columns, outputPaddingColumns);
        int height = geometry.Rows.Size(x.Shape[2], weight.Shape[2]) + outputPaddingRows, width = geometry.Columns.Size(x.Shape[3], weight.Shape[3]) + outputPaddingColumns;
        if (height < 1 || width < 1) throw new ShapeException($"{Op}: of the image {x.Shape} by the weight {weight.Shape} {height} x {width} is left. Pad less.");

        // A gap that the output padding leaves wider than the stride would hold another window: the padding behind makes up for it.
        ConvolutionGeometry own = geometry with { Rows = Fit(geometry.Rows, outputPaddingRows), Columns = Fit(geometry.Columns, outputPaddingColumns) };
        var op = new ConvolutionImage(own, height, width);
        return bias is null
            ? Dispatch.Run(op, x.Contiguous(), weight.Contiguous())
            : Dispatch.Run(op, x.Contiguous(), weight.Contiguous(), bias.Contiguous());
    }

    static WindowStep Fit(WindowStep step, int outputPadding) => outputPadding < step.Stride ? step : step with { After = step.After - outputPadding };

    static void CheckOutputPadding(string op, WindowStep step, int outputPadding)
    {
        if (outputPadding < 0 || outputPadding >= Math.Max(step.Stride, step.Dilation))
            throw new SettingException($"{op}: output padding {outputPadding} is not below the stride {step.Stride} or the dilation {step.Dilation}. Choose a smaller one.");
    }
}
