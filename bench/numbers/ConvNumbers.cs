namespace Adjoint.Bench;

/// <summary>Convolutions of 64 images of 28 x 28 with 32 channels, as in small image models, their gradients, and what goes with them.</summary>
static class ConvNumbers
{
    const int Images = 64, Channels = 32, Side = 28;

    static readonly Shape image = [Images, Channels, Side, Side];

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        .. Triple("3x3", 32, 3, ConvolutionGeometry.Same(3, 3)),
        .. Triple("3x3", 64, 3, ConvolutionGeometry.Same(3, 3)),
        .. Triple("1x1", 64, 1, ConvolutionGeometry.Create()),
        .. Triple("3x3 stride 2", 64, 3, ConvolutionGeometry.Create(2, 1)),
        .. Triple("3x3 depthwise", 32, 3, ConvolutionGeometry.Same(3, 3, groups: 32)),
    ];

    static IEnumerable<NumbersCase> Triple(string name, int outputs, int window, ConvolutionGeometry geometry)
    {
        Shape weight = [outputs, Channels / geometry.Groups, window, window];
        int side = geometry.Rows.Count(Side, window);
        Shape result = [Images, outputs, side, side];
        double flops = 2.0 * result.Elements * weight.Elements / outputs;
        long bytes = 4L * (image.Elements + weight.Elements + result.Elements);
        string label = $"conv {name} {Channels}-{outputs}";
        yield return new(label, flops, bytes, () => Pair(image, weight, (x, w) => x.Convolution(w, null, geometry)));
        yield return new($"{label} to image", flops, bytes, () => Pair(result, weight, (y, w) => y.ConvolutionTransposed(w, null, geometry, geometry.Rows.Stride - 1, geometry.Columns.Stride - 1)));
        yield return new($"{label} to weight", flops, bytes, () => Pair(image, result, (x, y) => Gradient(weight, w => x.Convolution(w, null, geometry), y)));
    }

    static Plan Pair(Shape first, Shape second, Func<Tensor, Tensor, Tensor> body)
    {
        Tensor x = Draw(first), y = Draw(second);
        return Plan.Record(() => body(x, y));
    }

    // The convolution itself is not among what a plan of its gradient keeps.
    static Tensor Gradient(Shape shape, Func<Tensor, Tensor> function, Tensor cotangent)
    {
        Tensor x = Tensor.Zeros(shape).Variable();
        return Autodiff.Vjp([function(x)], [x], [cotangent])[0];
    }

    static Tensor Draw(Shape shape) => new Generator(Key.FromSeed(0)).Normal(shape).Keep();
}
