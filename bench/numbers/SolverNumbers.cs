namespace Adjoint.Bench;

/// <summary>Transport and ensembles at the sizes of flow matching and of deep instrumental variables.</summary>
static class SolverNumbers
{
    const int Points = 256, Iterations = 100, Members = 16, Rows = 128;

    // Two sums over the matrix an iteration, each an addition, an exponential of some 12 operations and an addition a number.
    const double SinkhornFlops = 2.0 * Iterations * Points * Points * 14;

    // Layers 64-128-128, products of the forward pass and two of the backward pass, but for the gradient by the input.
    const double EnsembleFlops = 2.0 * Members * Rows * ((2 * 64 * 128) + (3 * 128 * 128));

    /// <summary>The cases.</summary>
    public static IEnumerable<NumbersCase> All { get; } =
    [
        Assign(512), Assign(2048),
        new($"sinkhorn {Points} x {Points}, {Iterations} iterations", SinkhornFlops, 8L * Points * Points, Transport),
        new($"ensemble of {Members} mlps 64-128-128 step", EnsembleFlops, 4L * 7 * Members * ((64 * 128) + (128 * 128)), Train),
    ];

    // A search has no roof of arithmetic: its bytes are the costs, read once.
    static NumbersCase Assign(int size)
    {
        var costs = new Lazy<Tensor>(() => new Generator(Key.FromSeed(0)).Uniform([size, size], DType.F64).Keep());
        return new NumbersCase($"assignment {size} f64", 0, 8L * size * size, static () => throw new NotSupportedException()) { Host = () => LinearAssignment.Solve(costs.Value) };
    }

    static Plan Transport()
    {
        Tensor cost = new Generator(Key.FromSeed(0)).Uniform([Points, Points]).Keep();
        return Plan.Record(() => Sinkhorn.Solve(cost, 0.05, Iterations).LogPlan);
    }

    static Plan Train()
    {
        var ensemble = new Ensemble<Mlp>(Members, static () => new Mlp([64, 128, 128], Activation.Relu));
        var optimizer = new Adam(new ParameterSet(ensemble, Key.FromSeed(0)), 1e-3);
        var generator = new Generator(Key.FromSeed(1));
        Tensor x = generator.Normal([Rows, 64]).Keep(), y = generator.Normal([Members, Rows, 128]).Keep();
        return Plan.Record(() =>
        {
            Tensor loss = (ensemble.Forward(x) - y).Square().Mean([1, 2]).Sum();
            optimizer.Update(loss);
            return loss;
        });
    }
}
