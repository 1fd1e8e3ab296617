namespace Adjoint.Bench;

/// <summary>Kernels that memory bounds: bytes a second, and percent of what copies within the device reach, which are measured first.</summary>
static class GpuMemory
{
    public static bool Run(GpuRun run)
    {
        double roof = run.Backend.Peaks.BytesPerSecond;
        run.Line("memory/copy", "ours", ("gb_per_s", roof / 1e9), ("percent_of_copy", 100));
        run.Line("memory/fma", "ours", ("tflops", run.Backend.Peaks.FlopsPerSecond / 1e12));
        int rows = run.IsSimulated ? 4 : 16_384, columns = run.IsSimulated ? 16 : 4096;
        Shape shape = [rows, columns];
        long count = (long)rows * columns, array = 4 * count;
        Tensor? x = null, y = null, classes = null;
        bool done = run.Try("memory operands", () =>
        {
            var generator = new Generator(Key.FromSeed(1));
            (x, y, classes) = (generator.Uniform(shape, 0.1, 1.1), generator.Uniform(shape, 0.1, 1.1), generator.Integers([rows], 0, columns));
        });
        if (x is null || y is null || classes is null) return done;
        var random = new Generator(Key.FromSeed(2));
        Tensor scale = Tensor.Ones([columns]), shift = Tensor.Zeros([columns]);
        foreach (var (name, bytes, step) in ((string, long, Func<Func<Tensor>>)[])[
            ("relu", 2 * array, () => () => x.Relu()),
            ("exp", 2 * array, () => () => x.Exp()),
            ("add", 3 * array, () => () => x + y),
            ("chain", 3 * array, () => () => (((x * y) + 1).Sigmoid() * x) - y),
            ("softmax", 2 * array, () => () => x.Softmax()),
            ("log_softmax", 2 * array, () => () => x.LogSoftmax()),
            ("layer_norm", 2 * array, () => () => x.LayerNorm(scale, shift)),
            ("layer_norm-backward", 3 * array, () => Backward(x, y)),
            ("sum_rows", array, () => () => x.Sum(1)),
            ("sum_columns", array, () => () => x.Sum(0)),
            ("sum_all", array, () => () => x.Sum()),
            ("cross_entropy", array, () => () => x.CrossEntropy(classes)),
            ("uniform", array, () => () => random.Uniform(shape)),
            ("normal", array, () => () => random.Normal(shape)),
        ]) done &= run.Try($"memory/{name}", () => Measure(run, name, bytes, roof, Plan.Record(step()).Run));

        done &= run.Try("memory/adam", () =>
        {
            // Reads four arrays and writes three.
            var flat = new ParameterSet(new Linear(columns, rows), Key.FromSeed(3));
            var optimizer = new Adam(flat, 1e-3);
            Tensor weight = flat.Flat, gradient = Tensor.Zeros([weight.Count]), learningRate = Tensor.Scalar(1e-3, DType.F64), stepCount = Tensor.From([1L]).Reshape([]), factor = Tensor.Scalar(1);
            Tensor first = Tensor.Zeros([weight.Count]), second = Tensor.Zeros([weight.Count]);
            var op = new UpdateAdam(optimizer.Beta1, optimizer.Beta2, optimizer.Epsilon, 0, false, 1);
            PlannedCall call = run.Backend.Prepare(op, [gradient, learningRate, stepCount, factor], [weight, first, second]);
            Measure(run, "adam", 7L * 4 * weight.Count, roof, call.Run);
            GC.KeepAlive((gradient, learningRate, stepCount, factor, first, second));
        });
        return done;
    }

    static Func<Tensor> Backward(Tensor x, Tensor cotangent)
    {
        Tensor variable = x.Detach().Variable(), normal = variable.LayerNorm();
        return () => Autodiff.Vjp([normal], [variable], [cotangent], keepGraph: true)[0];
    }

    static void Measure(GpuRun run, string name, long bytes, double roof, Action call)
    {
        double seconds = run.Median(call);
        run.Line($"memory/{name}", "ours", ("us", seconds * 1e6), ("gb_per_s", bytes / seconds / 1e9), ("percent_of_copy", 100 * bytes / seconds / roof));
    }
}
