namespace Adjoint.Bench;

/// <summary>Ops of every family and their gradients on the device beside the CPU: the largest error, relative to the number or, if that is more, to the largest number up to 1; random draws bit for bit.</summary>
static class GpuChecks
{
    // Sums in another order, over up to a few hundred numbers in f32.
    const double Tolerance = 2e-4;

    // Some gradients, such as that of a normed row's square, are nothing but what is left of larger numbers.
    const double LeastScale = 0.05;

    // A tenth of a second each there.
    const int SimulatedStride = 4;

    static readonly (string Name, Func<Tensor, Tensor, Tensor> Op)[] ops =
    [
        ("add", static (x, y) => x + y), ("divide", static (x, y) => x / y), ("power", static (x, y) => x.Pow(y)), ("maximum", static (x, y) => x.Maximum(y)),
        ("exp", static (x, _) => x.Exp()), ("log", static (x, _) => x.Log()), ("tanh", static (x, _) => x.Tanh()), ("sin", static (x, _) => x.Sin()), ("erf", static (x, _) => x.Erf()),
        ("gelu", static (x, _) => x.Gelu()), ("sigmoid", static (x, _) => x.Sigmoid()), ("softplus", static (x, _) => x.Softplus()), ("log_gamma", static (x, _) => x.LogGamma()),
        ("broadcast", static (x, y) => x * y.Slice(0, 0, 1)), ("transposed", static (x, y) => x.Transpose().Contiguous() + y.Reshape([y.Shape[1], y.Shape[0]])),
        ("where", static (x, y) => TensorMath.Where(x.Greater(y), x, y * 2)), ("concat", static (x, y) => TensorMath.Concat([x, y], 0)),
        ("softmax", static (x, _) => x.Softmax()), ("log_softmax", static (x, _) => x.LogSoftmax()), ("logsumexp", static (x, _) => x.LogSumExp()),
        ("layer_norm", static (x, y) => x.LayerNorm(y.Slice(0, 0, 1).Squeeze(0), y.Slice(0, 1, 2).Squeeze(0))), ("rms_norm", static (x, _) => x.RmsNorm()),
        ("cross_entropy", static (x, _) => x.CrossEntropy(Rows(x))),
        ("sum_rows", static (x, _) => x.Sum(1)), ("sum_columns", static (x, _) => x.Sum(0)), ("sum_all", static (x, _) => x.Sum()), ("max_rows", static (x, _) => x.Max(1)),
        ("matmul_nt", static (x, y) => x.MatMul(y.Transpose())), ("matmul_tn", static (x, y) => x.Transpose().MatMul(y)), ("matmul_nn", static (x, y) => x.MatMul(y.Reshape([y.Shape[1], y.Shape[0]]))),
        ("select", static (x, _) => x.Select(0, Rows(x))), ("take_along", static (x, _) => x.TakeAlong(1, Rows(x).Unsqueeze(1))), ("add_at", static (x, _) => x.AddAt(0, Rows(x), 3)),
    ];

    public static bool Run(GpuRun run)
    {
        bool agree = true;
        Shape shape = run.IsSimulated ? [4, 6] : [96, 130];

        // Drawn on the CPU: a device that computes nothing must not be compared with nothing.
        Tensor x = OnCpu(7, shape, 0.2, 1.8), y = OnCpu(8, shape, 0.2, 1.8);
        foreach (var (name, op) in run.IsSimulated ? ops.Where(static (_, i) => i % SimulatedStride == 0) : ops)
        {
            agree &= Check(run, $"check/{name}", device => op(On(x, device), On(y, device)));
            agree &= Check(run, $"check/{name}-gradient", device => Gradient(op, On(x, device), On(y, device)));
        }

        agree &= Check(run, "check/chain-plan", device => Chain(On(x, device), On(y, device)));
        agree &= Check(run, "check/adam", device => Trained(run, device));
        foreach (var (name, draw) in ((string, Func<Generator, Tensor>)[])[
            ("uniform", g => g.Uniform(shape)), ("normal", g => g.Normal(shape)), ("integers", g => g.Integers(shape, 0, 1000)), ("permutation", g => g.Permutation(shape[1])),
            ("categorical", g => g.Categorical(On(x, Settings.DefaultDevice)))])
        {
            agree &= run.Try($"random/{name}", () =>
            {
                double[] host = Numbers(Use(Device.Cpu, () => draw(new Generator(Key.FromSeed(3))))), device = Numbers(Use(run.Backend.Device, () => draw(new Generator(Key.FromSeed(3)))));
                int differing = host.Zip(device).Count(static pair => BitConverter.DoubleToInt64Bits(pair.First) != BitConverter.DoubleToInt64Bits(pair.Second));
                run.Line($"random/{name}", "ours", ("differing", differing), ("numbers", host.Length));
                if (differing > 0) throw new DeviceException($"{differing} of {host.Length} numbers have other bits than on the CPU. Report it with the driver's version.");
            });
        }

        return agree;
    }

    static bool Check(GpuRun run, string label, Func<Device, Tensor> compute) => run.Try(label, () =>
    {
        double[] expected = Numbers(Use(Device.Cpu, () => compute(Device.Cpu))), found = Numbers(Use(run.Backend.Device, () => compute(run.Backend.Device)));
        double error = 0, scale = Math.Clamp(expected.Max(Math.Abs), LeastScale, 1);
        for (int i = 0; i < expected.Length; i++) error = Math.Max(error, Difference(expected[i], found[i], scale));
        run.Line(label, "ours", ("max_error", error));
        if (!(error <= Tolerance)) throw new DeviceException($"the largest error is {error:G3}, above {Tolerance}. Report it with the driver's version.");
    });

    static double Difference(double expected, double found, double scale) =>
        double.IsFinite(found) ? Math.Abs(found - expected) / Math.Max(scale, Math.Abs(expected)) : double.PositiveInfinity;

    static Tensor Gradient(Func<Tensor, Tensor, Tensor> op, Tensor x, Tensor y)
    {
        Tensor variable = x.Detach().Variable();
        return Autodiff.Gradient(op(variable, y).Square().Sum(), variable);
    }

    static Tensor Chain(Tensor x, Tensor y)
    {
        Plan plan = Plan.Record(() => ((x * y) + 1).Tanh() / (y.Exp() + x.Square()));
        plan.Run();
        return plan.Output;
    }

    static Tensor Trained(GpuRun run, Device device)
    {
        Workload workload = run.IsSimulated ? new ClassifierWorkload(2, 4, DType.F32, 4) : new ClassifierWorkload(16, 64, DType.F32);
        Tensor loss = workload.Step();
        for (int i = 0; i < 2; i++) loss = workload.Step();
        return loss.Device == device ? TensorMath.Concat([loss.Reshape([1]), workload.Parameters[0].Flat.Detach()], 0) : throw new DeviceException($"The step ran on {loss.Device}. Report it.");
    }

    static Tensor Rows(Tensor x) => Tensor.From<long>([.. Enumerable.Range(0, x.Shape[0]).Select(static row => (long)(row % 3))], [x.Shape[0]]);

    static Tensor On(Tensor x, Device device) => x.To(device);

    /// <summary>Uniform numbers, drawn on the CPU.</summary>
    public static Tensor OnCpu(long seed, Shape shape, double from, double to) => Use(Device.Cpu, () => new Generator(Key.FromSeed(seed)).Uniform(shape, from, to));

    static double[] Numbers(Tensor x) => x.To(DType.F64).Read<double>();

    static Tensor Use(Device device, Func<Tensor> make)
    {
        Device before = Settings.DefaultDevice;
        Settings.DefaultDevice = device;
        try
        {
            return make();
        }
        finally
        {
            Settings.DefaultDevice = before;
        }
    }
}
