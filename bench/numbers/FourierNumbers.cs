namespace Adjoint.Bench;

/// <summary>Fourier transforms at the sizes of images and of a long signal. Operations are 5·n·log2 n a complex transform by custom, half of it a real one.</summary>
static class FourierNumbers
{
    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        Plane("fft2 128 x 96 x 96", 128, 96), RealPlane("real fft2 128 x 96 x 96", 128, 96), Plane("fft2 128 x 28 x 28", 128, 28), RealPlane("real fft2 128 x 28 x 28", 128, 28),
        new("fft 256 x 4096", 256 * 60.0 * 4096, 16L * 256 * 4096, static () => Of([256, 4096, 2], static x => x.Fft())),
    ];

    static NumbersCase Plane(string name, int count, int side) =>
        new(name, 10.0 * count * side * side * Math.Log2(side), 16L * count * side * side, () => Of([count, side, side, 2], static x => x.Fft2()));

    static NumbersCase RealPlane(string name, int count, int side) =>
        new(name, 5.0 * count * side * side * Math.Log2(side), 8L * count * side * side, () => Of([count, side, side], static x => x.RealFft2()));

    static Plan Of(Shape shape, Func<Tensor, Tensor> transform)
    {
        Tensor x = new Generator(Key.FromSeed(0)).Normal(shape).Keep();
        return Plan.Record(() => transform(x));
    }
}
