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
        new("conv transposed 2x2 stride 2 32-32", 8.0 * image.Elements * Channels, 20L * image.Elements,
            static () => Pair(image, [Channels, Channels, 2, 2], static (x, w) => x.ConvolutionTransposed(w, stride: 2))),
        new("max pool 2x2", 0, 8L * image.Elements, static () => One(static x => x.MaxPool(2))),
        new("max pool 2x2 with gradient", 0, 16L * image.Elements, static () => One(static x => Gradient(x, static v => v.MaxPool(2)))),
        new("average pool 3x3", 0, 8L * image.Elements, static () => One(static x => x.AveragePool(3, 1, 1))),
        new("upsample nearest 2", 0, 20L * image.Elements, static () => One(static x => x.Upsample(2))),
        new("upsample bilinear 2", 0, 20L * image.Elements, static () => One(static x => x.Upsample(2, Resampling.Bilinear))),
        new("batch norm with gradient", 0, 24L * image.Elements, static () => One(static x => Gradient(x, static v => v.BatchNorm(null, null, 1e-5, out _, out _)))),
        new("group norm with gradient", 0, 24L * image.Elements, static () => One(static x => Gradient(x, static v => v.GroupNorm(8)))),
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

    static Plan One(Func<Tensor, Tensor> body)
    {
        Tensor x = Draw(image);
        return Plan.Record(() => body(x));
    }

    // The gradient for the result itself as cotangent, which needs both.
    static Tensor Gradient(Tensor x, Func<Tensor, Tensor> function)
    {
        Tensor v = x.Variable(), y = function(v);
        return Autodiff.Vjp([y], [v], [y.Detach()])[0];
    }

    // The convolution itself is not among what a plan of its gradient keeps.
    static Tensor Gradient(Shape shape, Func<Tensor, Tensor> function, Tensor cotangent)
    {
        Tensor x = Tensor.Zeros(shape).Variable();
        return Autodiff.Vjp([function(x)], [x], [cotangent])[0];
    }

    static Tensor Draw(Shape shape) => new Generator(Key.FromSeed(0)).Normal(shape).Keep();
}
