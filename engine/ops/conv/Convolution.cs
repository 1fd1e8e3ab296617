using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// y[n, o, i, j] = Σ_c Σ_p Σ_q weight[o, c, p, q] · x[n, c, i·stride + p·dilation - before, …], zero outside of x, plus bias[o] where there is one: what deep learning calls a
/// convolution, NCHW. With <see cref="ConvolutionImage"/> and <see cref="ConvolutionWeight"/> it is one trilinear form, each of them its derivative by one of three operands, so
/// the derivatives of all three are again these three.
/// </summary>
public sealed record Convolution(ConvolutionGeometry Geometry) : FloatOp
{
    public override string Name => "convolution";

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor x = inputs[0], weight = inputs[1];
        Geometry.Check(Name);
        Require.SameType(Name, x, weight);
        Require.Float(Name, x);
        Require.Rank(Name, "the image", x, 4);
        Require.Rank(Name, "the weight", weight, 4);
        CheckChannels(Name, weight, Geometry.Groups, x.Shape[1], weight.Shape[1]);
        int rows = Geometry.Rows.Count(x.Shape[2], weight.Shape[2]), columns = Geometry.Columns.Count(x.Shape[3], weight.Shape[3]);
        if (rows < 1 || columns < 1)
            throw new ShapeException($"{Name}: the window of the weight {weight.Shape} with its dilation is larger than the padded image {x.Shape}. Pad more, or use a smaller window.");
        if (inputs.Length > 2)
        {
            Require.SameType(Name, x, inputs[2]);
            if (inputs[2].Rank != 1 || inputs[2].Shape[0] != weight.Shape[0])
                throw new ShapeException($"{Name}: the bias {inputs[2].Shape} does not fit the weight {weight.Shape}. Pass one of shape [{weight.Shape[0]}].");
        }

        return new Signature([x.Shape[0], weight.Shape[0], rows, columns], x.DType);
    }

    /// <summary>Channels that divide into groups, and a weight that has some of them.</summary>
    internal static void CheckChannels(string op, Tensor weight, int groups, int channels, int own)
    {
        if (weight.Shape[0] < 1 || weight.Shape[1] < 1 || weight.Shape[2] < 1 || weight.Shape[3] < 1)
            throw new ShapeException($"{op}: the weight {weight.Shape} is empty. Give it at least one channel and one tap.");
        if (weight.Shape[0] % groups != 0)
            throw new ShapeException($"{op}: the first axis of the weight {weight.Shape} does not divide into {groups} groups. Change its channels or the groups.");
        if (channels != (long)own * groups)
            throw new ShapeException($"{op}: {channels} channels and a weight {weight.Shape} of {groups} groups, which takes {(long)own * groups}. Change the weight or the groups.");
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), weight = &inputs[1].First<T>(), bias = &inputs[^1].First<T>(), y = &outputs[0].First<T>())
            ConvolutionKernel.Result(Geometry.Shape(inputs[0].Shape, inputs[1].Shape, outputs[0].Shape), x, weight, inputs.Length > 2 ? bias : null, y);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ConvolutionLaunch.Run(queue, Geometry.Shape(inputs[0].Shape, inputs[1].Shape, outputs[0].Shape), false, inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null, outputs[0]);

    public override void Vjp(VjpRule rule)
    {
        Tensor g = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, ConvolutionImage.Of(Geometry, g, rule.Y, rule.InputShape(0)));
        if (rule.Needs(1)) rule.Give(1, ConvolutionWeight.Of(Geometry, rule.X, g, rule.InputShape(1)));
        if (rule.InputCount > 2 && rule.Needs(2)) rule.Give(2, g.Sum([0, 2, 3]));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? bias = rule.InputCount > 2 ? rule.Tangent(2) : null, sum = null;
        if (rule.Tangent(0) is { } x) sum = Of(Geometry, x, rule.Y);
        if (rule.Tangent(1) is { } weight) sum = Plus(sum, Of(Geometry, rule.X, weight));
        return bias is null ? sum : Plus(sum, bias.Reshape([bias.Count, 1, 1]).Expand(rule.OutputShape()));
    }

    internal static Tensor Plus(Tensor? sum, Tensor term) => sum is null ? term : sum + term;

    internal static Tensor Of(ConvolutionGeometry geometry, Tensor x, Tensor weight, Tensor? bias = null) => bias is null
        ? Dispatch.Run(new Convolution(geometry), x.Contiguous(), weight.Contiguous())
        : Dispatch.Run(new Convolution(geometry), x.Contiguous(), weight.Contiguous(), bias.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * outputs[0].Count * inputs[1].Shape.CountOf(1..);
}

public static partial class TensorMath
{
    /// <summary>
    /// Convolution of x [images, channels, height, width] by a weight [outputs, channels / groups, rows, columns], plus a bias [outputs] → [images, outputs, …]; or of
    /// x [images, channels, length] by a weight [outputs, channels / groups, taps]. As in PyTorch the window is not turned around.
    /// </summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="weight">Windows, of the dtype of x.</param>
    /// <param name="bias">One number an output, or none.</param>
    /// <param name="stride">Step of the window.</param>
    /// <param name="padding">Zeros at each side.</param>
    /// <param name="dilation">Step between taps.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <exception cref="ShapeException">Channels do not fit, or the window is larger than the padded image.</exception>
    /// <exception cref="SettingException">A setting is out of range.</exception>
    public static Tensor Convolution(this Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Convolution(weight, bias, ConvolutionGeometry.Create(stride, padding, dilation, groups, x.Rank == 3));
    }

    /// <summary>The same with other settings along each axis; a 1-D convolution takes those of the columns. <see cref="ConvolutionGeometry.Same"/> keeps the size.</summary>
    /// <inheritdoc cref="Convolution(Tensor, Tensor, Tensor, int, int, int, int)"/>
    public static Tensor Convolution(this Tensor x, Tensor weight, Tensor? bias, ConvolutionGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(geometry);
        if (x.Rank != 3) return Adjoint.Convolution.Of(geometry, x, weight, bias);
        Require.Rank("convolution", "the weight", weight, 3);
        return Adjoint.Convolution.Of(geometry, x.Unsqueeze(2), weight.Unsqueeze(2), bias).Squeeze(2);
    }
}
