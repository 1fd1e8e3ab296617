using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using Adjoint.Tests.Ops;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Pointwise kernels on the simulator against the CPU's: every operator of the engine, dense and strided, on sizes that fill packs and that do not.</summary>
[NonParallelizable]
public sealed class PointwiseSimulatorTests
{
    const int Threads = 32;

    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    [Test]
    public void UnaryOperatorsOfTheTableGiveTheBitsOfScalars()
    {
        foreach (OpEntry entry in EngineOperators.Entries)
        {
            if (EngineOperators.Of(entry) is IUnaryOperator op) Generic(nameof(Unary), op.GetType(), op, entry.Name, entry.Domain!.Value);
            if (EngineOperators.Of(entry) is IBinaryOperator pair) Generic(nameof(Binary), pair.GetType(), pair, entry.Name, entry.Domain!.Value);
        }
    }

    static void Generic(string method, Type type, params object[] arguments) =>
        typeof(PointwiseSimulatorTests).GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, arguments);

    static void Unary<TOp>(TOp op, string name, (double Low, double High) domain) where TOp : unmanaged, IUnaryOperator
    {
        foreach (int count in new[] { 1, 6, 35 })
        {
            double[] numbers = SimulatedDevice.Numbers(count, count, domain.Low, domain.High);
            float[] singles = SimulatedDevice.Singles(numbers);
            using var x = Simulator.Memory<float>(singles);
            using var y = Simulator.Zeros<float>(count);
            KernelReference dense = new("dense_unary", typeof(TOp), typeof(float));
            Simulator.Launch(dense, LaunchGrid.Cover((count + 3) / 4, Threads), x.View, y.View, (long)count, op);
            Assert.That(y.Read(), Is.EqualTo(singles.Select(v => op.Apply(new Scalar32(v)).Value)), $"{name} f32 {count}");

            using var wide = Simulator.Memory<double>(numbers);
            using var result = Simulator.Zeros<double>(count);
            KernelReference strided = new("strided_unary", typeof(TOp), typeof(double));
            Nest nest = Nest.From(LoopNest.Dense(count));
            Simulator.Launch(strided, LaunchGrid.Cover(count, Threads), wide.View, result.View, count, nest, op);
            Assert.That(result.Read(), Is.EqualTo(numbers.Select(v => op.Apply(new Scalar64(v)).Value)), $"{name} f64 {count}");
        }
    }

    static void Binary<TOp>(TOp op, string name, (double Low, double High) domain) where TOp : unmanaged, IBinaryOperator
    {
        const int Rows = 3, Columns = 5, Count = Rows * Columns;
        double[] left = SimulatedDevice.Numbers(Count, 1, domain.Low, domain.High), right = SimulatedDevice.Numbers(Count, 2, domain.Low, domain.High);
        using var x = Simulator.Memory<double>(left);
        using var y = Simulator.Memory<double>(right);
        using var z = Simulator.Zeros<double>(Count);
        KernelReference dense = new("dense_binary", typeof(TOp), typeof(double));
        Simulator.Launch(dense, LaunchGrid.Cover((Count + 1) / 2, Threads), x.View, y.View, z.View, (long)Count, op);
        Assert.That(z.Read(), Is.EqualTo(left.Zip(right, (a, b) => op.Apply(new Scalar64(a), new Scalar64(b)).Value)), $"{name} dense");

        // x transposed, y one row that is repeated.
        Nest nest = Nest.From(LoopNest.Create([Rows, Columns], [1, Rows], [0, 1], [Columns, 1]));
        KernelReference strided = new("strided_binary", typeof(TOp), typeof(double));
        Simulator.Launch(strided, LaunchGrid.Cover(Count, Threads), x.View, y.View, z.View, Count, nest, op);
        double[] expected = new double[Count];
        for (int i = 0; i < Count; i++) expected[i] = op.Apply(new Scalar64(left[(i % Columns * Rows) + (i / Columns)]), new Scalar64(right[i % Columns])).Value;
        Assert.That(z.Read(), Is.EqualTo(expected), $"{name} strided");
    }

    [Test]
    public void ChainsAreOneKernelWithTheBitsOfTheirParts()
    {
        const int Count = 11;
        float[] a = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 1)), b = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 2)), c = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 3));
        using var x = Simulator.Memory<float>(a);
        using var y = Simulator.Memory<float>(b);
        using var z = Simulator.Memory<float>(c);
        using var w = Simulator.Zeros<float>(Count);
        var op = new PairWith<FirstThen<Then<Affine, Sigmoid>, Multiply>, PairThen<Add, Relu>>(new(new(new Affine(2, 0.5), default), default), new(default, default));
        KernelReference kernel = new("test_chain", op.GetType(), typeof(float));
        if (!KernelTable.Contains(kernel))
            KernelTable.Add(KernelTable.Find("dense_ternary") with { Family = "test", Name = "test_chain", Checked = [[op.GetType(), typeof(Scalar32), typeof(Pack4<Scalar32>)]] });
        Simulator.Launch(kernel, new LaunchGrid(1, 1, 1, Threads), x.View, y.View, z.View, w.View, (long)Count, op);
        Scalar32 Part(int i) => default(Relu).Apply((default(Sigmoid).Apply(new Affine(2, 0.5).Apply(new Scalar32(a[i]))) * new Scalar32(b[i])) + new Scalar32(c[i]));
        Assert.That(w.Read(), Is.EqualTo(Enumerable.Range(0, Count).Select(i => Part(i).Value)));
        using var compiler = new KernelCompiler();
        Assert.That(compiler.Compile(KernelTable.Find(kernel), KernelTarget.Sm90).Text, Does.Contain("ld.global.v4.f32").And.Contain($".entry {kernel.Name}("));
    }

    [Test]
    public void IntegersWrapAround()
    {
        int[] left = [1, -7, int.MaxValue, int.MinValue, 40000], right = [2, 3, 1, -1, 80000];
        using var x = Simulator.Memory<int>(left);
        using var y = Simulator.Memory<int>(right);
        using var z = Simulator.Zeros<int>(left.Length);
        foreach (var (type, meaning) in new (Type, Func<int, int, int>)[]
        {
            (typeof(Add), (a, b) => a + b), (typeof(Subtract), (a, b) => a - b), (typeof(Multiply), (a, b) => a * b), (typeof(Maximum), Math.Max), (typeof(Minimum), Math.Min),
        })
        {
            KernelReference kernel = new("strided_binary", type, typeof(int));
            Simulator.Launch(kernel, new LaunchGrid(1, 1, 1, Threads), x.View, y.View, z.View, left.Length, Nest.From(LoopNest.Dense(left.Length)), Activator.CreateInstance(type)!);
            Assert.That(z.Read(), Is.EqualTo(left.Zip(right, meaning)), type.Name);
        }
    }

    [Test]
    public void ComparisonsMasksCastsAndCopies()
    {
        float[] numbers = [1, float.NaN, -0f, 3e9f, float.NegativeInfinity, -1.7f], others = [1, float.NaN, 0, 2, 5, -1.2f];
        int count = numbers.Length;
        Nest nest = Nest.From(LoopNest.Dense(count));
        using var x = Simulator.Memory<float>(numbers);
        using var y = Simulator.Memory<float>(others);
        using var mask = Simulator.Zeros<byte>(count);
        foreach (var (op, meaning) in new (object, Func<float, float, bool>)[] { (default(Less), (a, b) => a < b), (default(NotEqual), (a, b) => a != b), (default(And), (a, b) => a != 0 && b != 0) })
        {
            KernelReference compare = new("strided_compare", op.GetType(), typeof(float));
            Simulator.Launch(compare, new LaunchGrid(1, 1, 1, Threads), x.View, y.View, mask.View, count, nest, op);
            Assert.That(mask.Read(), Is.EqualTo(numbers.Zip(others, (a, b) => meaning(a, b) ? (byte)1 : (byte)0)), op.GetType().Name);
        }

        using var chosen = Simulator.Zeros<int>(count);
        Simulator.Launch(new KernelReference("strided_where", typeof(int)), new LaunchGrid(1, 1, 1, Threads), mask.View, x.View, y.View, chosen.View, count, nest);
        byte[] masks = mask.Read();
        Assert.That(chosen.Read(), Is.EqualTo(numbers.Select((v, i) => BitConverter.SingleToInt32Bits(masks[i] != 0 ? v : others[i]))));

        using var whole = Simulator.Zeros<int>(count);
        Simulator.Launch(new KernelReference("strided_cast", typeof(float), typeof(int)), new LaunchGrid(1, 1, 1, Threads), x.View, whole.View, count, nest);
        Assert.That(whole.Read(), Is.EqualTo(numbers.Select(v => int.CreateSaturating(v))));

        using var turned = Simulator.Zeros<int>(count);
        Nest transposed = Nest.From(LoopNest.Create([3, 2], [1, 3], [2, 1]));
        Simulator.Launch(new KernelReference("strided_copy", typeof(int)), new LaunchGrid(1, 1, 1, Threads), whole.View, turned.View, count, transposed);
        int[] source = whole.Read();
        Assert.That(turned.Read(), Is.EqualTo(new[] { source[0], source[3], source[1], source[4], source[2], source[5] }));

        using var line = Simulator.Zeros<double>(5);
        Simulator.Launch(new KernelReference("strided_sequence", typeof(double)), new LaunchGrid(1, 1, 1, Threads), line.View, 5, 0.5, 0.25);
        Assert.That(line.Read(), Is.EqualTo(new[] { 0.5, 0.75, 1, 1.25, 1.5 }));
    }
}
