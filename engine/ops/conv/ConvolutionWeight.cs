using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The gradient of <see cref="Convolution"/> to its weight: weight[o, c, p, q] = Σ y[n, o, i, j] · x[n, c, …] over images and positions. Inputs: x and y.</summary>
/// <param name="Geometry">How the window moves over x.</param>
/// <param name="WindowRows">Height of the window.</param>
/// <param name="WindowColumns">Width of the window.</param>
public sealed record ConvolutionWeight(ConvolutionGeometry Geometry, int WindowRows, int WindowColumns) : FloatOp
{
    public override string Name => "convolution_weight";

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor x = inputs[0], y = inputs[1];
        Geometry.Check(Name);
        Require.SameType(Name, x, y);
        Require.Float(Name, x);
        Require.Rank(Name, "the image", x, 4);
        Require.Rank(Name, "the result", y, 4);
        int groups = Geometry.Groups;
        if (x.Shape[0] != y.Shape[0] || x.Shape[1] % groups != 0 || y.Shape[1] % groups != 0)
            throw new ShapeException(
                $"{Name}: the image {x.Shape} and the result {y.Shape} differ in images, or have channels that {groups} groups do not divide. Check which result belongs to the image.");
        ConvolutionImage.CheckWindows(Name, Geometry, x.Shape[2], x.Shape[3], WindowRows, WindowColumns, y);
        return new Signature([y.Shape[1], x.Shape[1] / groups, WindowRows, WindowColumns], x.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &inputs[1].First<T>(), weight = &outputs[0].First<T>())
            ConvolutionKernel.Weight(Geometry.Shape(inputs[0].Shape, outputs[0].Shape, inputs[1].Shape), x, y, weight);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ConvolutionLaunch.Weight(queue, Geometry.Shape(inputs[0].Shape, outputs[0].Shape, inputs[1].Shape), inputs[0], inputs[1], outputs[0]);

    public override void Vjp(VjpRule rule)
    {
        Tensor g = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, ConvolutionImage.Of(Geometry, rule.Y, g, rule.InputShape(0)));
        if (rule.Needs(1)) rule.Give(1, Convolution.Of(Geometry, rule.X, g));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(0) is { } x ? Of(Geometry, x, rule.Y, rule.OutputShape()) : null;
        return rule.Tangent(1) is { } y ? Convolution.Plus(sum, Of(Geometry, rule.X, y, rule.OutputShape())) : sum;
    }

    internal static Tensor Of(ConvolutionGeometry geometry, Tensor x, Tensor y, Shape weight) =>
        Dispatch.Run(new ConvolutionWeight(geometry, weight[2], weight[3]), x.Contiguous(), y.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * inputs[1].Count * outputs[0].Shape.CountOf(1..);
}
