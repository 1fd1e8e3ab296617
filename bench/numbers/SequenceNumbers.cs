namespace Adjoint.Bench;

/// <summary>Recurrent layers and a transformer's encoder layer, forward and with the gradient by all parameters.</summary>
static class SequenceNumbers
{
    const int Batch = 16, Steps = 64, Width = 128;

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        .. from backward in new[] { false, true } select Case("gru 32x64x128", 32, Products(32, 6), backward, static () => new Gru(Width, Width)),
        .. from backward in new[] { false, true } select Case("lstm 32x64x128", 32, Products(32, 8), backward, static () => new Lstm(Width, Width)),
        .. from backward in new[] { false, true } select Case("encoder layer 16x64x128", Batch, Products(Batch, 12) + Scores, backward, static () => new TransformerEncoderLayer(Width, 8, 4 * Width)),
    ];

    // Two products of all tokens of a sequence.
    static double Scores => 4.0 * Batch * Steps * Steps * Width;

    // So many products of each token with a square matrix.
    static double Products(int batch, int matrices) => 2.0 * batch * Steps * Width * Width * matrices;

    // The gradient takes two products for each.
    static NumbersCase Case(string name, int batch, double flops, bool backward, Func<Layer> make) =>
        new(name + (backward ? " with gradient" : ""), flops * (backward ? 3 : 1), 8L * batch * Steps * Width, () => Record(batch, backward, make()));

    static Plan Record(int batch, bool backward, Layer layer)
    {
        var parameters = new ParameterSet(layer, Key.FromSeed(0));
        Tensor x = new Generator(Key.FromSeed(1)).Normal([batch, Steps, Width]).Keep();
        if (backward) return Plan.Record(() => Autodiff.Gradients(layer.Forward(x).Square().Mean(), parameters.Values));
        return Plan.Record(() =>
        {
            using IDisposable pause = Autodiff.Pause();
            return layer.Forward(x);
        });
    }
}
