namespace Adjoint.Bench;

/// <summary>The cases of <c>bench ops</c>, all f32.</summary>
static class OpCases
{
    /// <summary>Elements of an operand: 128 KiB, so that operands and result stay in the second-level cache.</summary>
    const int Count = 1 << 15;

    static readonly Generator generator = new(Key.FromSeed(0));

    /// <summary>All of them.</summary>
    public static IEnumerable<OpCase> All => [.. Pointwise(), .. Rows(), .. Reductions(), .. Random(), .. Products()];

    static IEnumerable<OpCase> Pointwise()
    {
        yield return Two("add", static (x, y) => x + y);
        yield return Two("mul", static (x, y) => x * y);
        yield return One("relu", static x => x.Relu());
        yield return One("sqrt", static x => x.Sqrt());
        yield return One("exp", static x => x.Exp());
        yield return One("log", static x => x.Log());
        yield return One("tanh", static x => x.Tanh());
        yield return One("sigmoid", static x => x.Sigmoid());
        yield return One("gelu", static x => x.Gelu());
        yield return One("silu", static x => x.Silu());
        yield return One("sin", static x => x.Sin());
        yield return One("erf", static x => x.Erf());
    }

    static IEnumerable<OpCase> Rows()
    {
        foreach (int width in (int[])[10, 64, 512, 4096])
        {
            Shape shape = [Count / width, width];
            foreach (OpCase one in ForwardAndBackward($"softmax-{width}", shape, static x => x.Softmax())) yield return one;
            foreach (OpCase one in ForwardAndBackward($"log_softmax-{width}", shape, static x => x.LogSoftmax())) yield return one;
            foreach (OpCase one in ForwardAndBackward($"layer_norm-{width}", shape, static x => x.LayerNorm())) yield return one;
            Tensor targets = generator.Integers([shape[0]], 0, width).Keep();
            foreach (OpCase one in ForwardAndBackward($"cross_entropy-{width}", shape, x => Losses.CrossEntropy(x, targets))) yield return one;
        }
    }

    static IEnumerable<OpCase> Reductions()
    {
        yield return Reduction("sum-all", [Count], static x => x.Sum());
        yield return Reduction("sum-rows", [256, 128], static x => x.Sum(1));
        yield return Reduction("sum-columns", [256, 128], static x => x.Sum(0));
        yield return Reduction("max-rows", [256, 128], static x => x.Max([1]));
        yield return Reduction("logsumexp-rows", [256, 128], static x => x.LogSumExp(1));
    }

    static IEnumerable<OpCase> Random()
    {
        yield return new("uniform", 4 * Count, 0, static () => Plan.Record(static () => generator.Uniform([Count])));
        yield return new("normal", 4 * Count, 0, static () => Plan.Record(static () => generator.Normal([Count])));
        yield return new("categorical-10", (4 * 2560) + (8 * 256), 0, static () => Drawn([256, 10]));
        yield return new("categorical-512", (4 * 32768) + (8 * 64), 0, static () => Drawn([64, 512]));
    }

    // Layers of the models: x·Wᵀ forward, G·W to the input, Gᵀ·x to the weights.
    static IEnumerable<OpCase> Products()
    {
        foreach (var (batch, outputs, inputs) in ((int, int, int)[])[(16, 256, 256), (100, 128, 64), (256, 64, 64)])
        {
            double flops = 2.0 * batch * outputs * inputs;
            long bytes = 4L * ((batch * inputs) + (inputs * outputs) + (batch * outputs));
            string name = $"matmul-{batch}x{outputs}x{inputs}";
            yield return new($"{name}-nt", bytes, flops, () => Recorded(static (x, w) => x.MatMul(w.Transpose()), [batch, inputs], [outputs, inputs]));
            yield return new($"{name}-nn", bytes, flops, () => Recorded(static (g, w) => g.MatMul(w), [batch, outputs], [outputs, inputs]));
            yield return new($"{name}-tn", bytes, flops, () => Recorded(static (g, x) => g.Transpose().MatMul(x), [batch, outputs], [batch, inputs]));
        }
    }

    static OpCase One(string name, Func<Tensor, Tensor> op) => new(name, 8 * Count, 0, () =>
    {
        Tensor x = Data([Count]);
        return Plan.Record(() => op(x));
    });

    static OpCase Two(string name, Func<Tensor, Tensor, Tensor> op) => new(name, 12 * Count, 0, () => Recorded(op, [Count], [Count]));

    static OpCase Reduction(string name, Shape shape, Func<Tensor, Tensor> op) => new(name, 4 * Count, 0, () =>
    {
        Tensor x = Data(shape);
        return Plan.Record(() => op(x));
    });

    // Backward reads what forward saved and a cotangent, and writes a cotangent; the forward pass has run before.
    static IEnumerable<OpCase> ForwardAndBackward(string name, Shape shape, Func<Tensor, Tensor> op)
    {
        long bytes = 4L * shape.Elements;
        yield return new(name, 2 * bytes, 0, () =>
        {
            Tensor x = Data(shape);
            return Plan.Record(() => op(x));
        });
        yield return new($"{name}-backward", 3 * bytes, 0, () =>
        {
            Tensor x = Data(shape).Variable(), y = op(x), cotangent = Data(y.Shape);
            return Plan.Record(() => Autodiff.Vjp([y], [x], [cotangent])[0]);
        });
    }

    static Plan Recorded(Func<Tensor, Tensor, Tensor> op, Shape left, Shape right)
    {
        Tensor x = Data(left), y = Data(right);
        return Plan.Record(() => op(x, y));
    }

    static Plan Drawn(Shape shape)
    {
        Tensor logits = Data(shape);
        return Plan.Record(() => generator.Categorical(logits));
    }

    // Positive, so that logarithms and roots take their usual way.
    static Tensor Data(Shape shape) => generator.Uniform(shape, 0.1, 1.1).Keep();
}
