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

    static Simulator Simulator => SimulatedDevice.Simulator;

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
            using var x = Simulator.Copy<float>(singles);
            using var y = Simulator.Zeros<float>(count);
            Kernel dense = KernelTable.Find("dense_unary").With(typeof(TOp), typeof(Scalar32), typeof(Pack4<Scalar32>));
            Simulator.Launch(dense, SimulatedDevice.Cover((count + 3) / 4, Threads), Threads, x.As<Scalar32>(), y.As<Scalar32>(), (long)count, op);
            Assert.That(y.Read(), Is.EqualTo(singles.Select(v => op.Apply(new Scalar32(v)).Value)), $"{name} f32 {count}");

            using var wide = Simulator.Copy<double>(numbers);
            using var result = Simulator.Zeros<double>(count);
            Kernel strided = KernelTable.Find("strided_unary").With(typeof(TOp), typeof(Scalar64));
            Nest nest = Nest.From(LoopNest.Dense(count));
            Simulator.Launch(strided, SimulatedDevice.Cover(count, Threads), Threads, wide.As<Scalar64>(), result.As<Scalar64>(), count, nest, op);
            Assert.That(result.Read(), Is.EqualTo(numbers.Select(v => op.Apply(new Scalar64(v)).Value)), $"{name} f64 {count}");
        }
    }

    static void Binary<TOp>(TOp op, string name, (double Low, double High) domain) where TOp : unmanaged, IBinaryOperator
    {
        const int Rows = 3, Columns = 5, Count = Rows * Columns;
        double[] left = SimulatedDevice.Numbers(Count, 1, domain.Low, domain.High), right = SimulatedDevice.Numbers(Count, 2, domain.Low, domain.High);
        using var x = Simulator.Copy<double>(left);
        using var y = Simulator.Copy<double>(right);
        using var z = Simulator.Zeros<double>(Count);
        Kernel dense = KernelTable.Find("dense_binary").With(typeof(TOp), typeof(Scalar64), typeof(Pack2<Scalar64>));
        Simulator.Launch(dense, SimulatedDevice.Cover((Count + 1) / 2, Threads), Threads, x.As<Scalar64>(), y.As<Scalar64>(), z.As<Scalar64>(), (long)Count, op);
        Assert.That(z.Read(), Is.EqualTo(left.Zip(right, (a, b) => op.Apply(new Scalar64(a), new Scalar64(b)).Value)), $"{name} dense");

        // x transposed, y one row that is repeated.
        Nest nest = Nest.From(LoopNest.Create([Rows, Columns], [1, Rows], [0, 1], [Columns, 1]));
        Kernel strided = KernelTable.Find("strided_binary").With(typeof(TOp), typeof(Scalar64));
        Simulator.Launch(strided, SimulatedDevice.Cover(Count, Threads), Threads, x.As<Scalar64>(), y.As<Scalar64>(), z.As<Scalar64>(), Count, nest, op);
        double[] expected = new double[Count];
        for (int i = 0; i < Count; i++) expected[i] = op.Apply(new Scalar64(left[(i % Columns * Rows) + (i / Columns)]), new Scalar64(right[i % Columns])).Value;
        Assert.That(z.Read(), Is.EqualTo(expected), $"{name} strided");
    }

    [Test]
    public void ChainsAreOneKernelWithTheBitsOfTheirParts()
    {
        const int Count = 11;
        float[] a = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 1)), b = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 2)), c = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 3));
        using var x = Simulator.Copy<float>(a);
        using var y = Simulator.Copy<float>(b);
        using var z = Simulator.Copy<float>(c);
        using var w = Simulator.Zeros<float>(Count);
        var op = new PairWith<FirstThen<Then<Affine, Sigmoid>, Multiply>, PairThen<Add, Relu>>(new(new(new Affine(2, 0.5), default), default), new(default, default));
        Kernel kernel = KernelTable.Find("dense_ternary").With(op.GetType(), typeof(Scalar32), typeof(Pack4<Scalar32>));
        Simulator.Launch(kernel, (1, 1, 1), Threads, x.As<Scalar32>(), y.As<Scalar32>(), z.As<Scalar32>(), w.As<Scalar32>(), (long)Count, op);
        Scalar32 Part(int i) => default(Relu).Apply((default(Sigmoid).Apply(new Affine(2, 0.5).Apply(new Scalar32(a[i]))) * new Scalar32(b[i])) + new Scalar32(c[i]));
        Assert.That(w.Read(), Is.EqualTo(Enumerable.Range(0, Count).Select(i => Part(i).Value)));
        using var compiler = new KernelCompiler();
        Assert.That(compiler.Compile(kernel, KernelTarget.Sm90).Text, Does.Contain("ld.global.v4.f32").And.Contain($".entry {kernel.Name}("));
    }

    [Test]
    public void IntegersWrapAround()
    {
        int[] left = [1, -7, int.MaxValue, int.MinValue, 40000], right = [2, 3, 1, -1, 80000];
        using var x = Simulator.Copy<int>(left);
        using var y = Simulator.Copy<int>(right);
        using var z = Simulator.Zeros<int>(left.Length);
        foreach (var (type, meaning) in new (Type, Func<int, int, int>)[]
        {
            (typeof(Add), (a, b) => a + b), (typeof(Subtract), (a, b) => a - b), (typeof(Multiply), (a, b) => a * b), (typeof(Maximum), Math.Max), (typeof(Minimum), Math.Min),
        })
        {
            Kernel kernel = KernelTable.Find("strided_binary").With(type, typeof(Integer32));
            Simulator.Launch(kernel, (1, 1, 1), Threads, x.As<Integer32>(), y.As<Integer32>(), z.As<Integer32>(), left.Length, Nest.From(LoopNest.Dense(left.Length)), Activator.CreateInstance(type)!);
            Assert.That(z.Read(), Is.EqualTo(left.Zip(right, meaning)), type.Name);
        }
    }

    [Test]
    public void ComparisonsMasksCastsAndCopies()
    {
        float[] numbers = [1, float.NaN, -0f, 3e9f, float.NegativeInfinity, -1.7f], others = [1, float.NaN, 0, 2, 5, -1.2f];
        int count = numbers.Length;
        Nest nest = Nest.From(LoopNest.Dense(count));
        using var x = Simulator.Copy<float>(numbers);
        using var y = Simulator.Copy<float>(others);
        using var mask = Simulator.Zeros<byte>(count);
        foreach (var (op, meaning) in new (object, Func<float, float, bool>)[] { (default(Less), (a, b) => a < b), (default(NotEqual), (a, b) => a != b), (default(And), (a, b) => a != 0 && b != 0) })
        {
            Kernel compare = KernelTable.Find("strided_compare").With(op.GetType(), typeof(float));
            Simulator.Launch(compare, (1, 1, 1), Threads, x.View, y.View, mask.View, count, nest, op);
            Assert.That(mask.Read(), Is.EqualTo(numbers.Zip(others, (a, b) => meaning(a, b) ? (byte)1 : (byte)0)), op.GetType().Name);
        }

        using var chosen = Simulator.Zeros<int>(count);
        Simulator.Launch(KernelTable.Find("strided_where").With(typeof(int)), (1, 1, 1), Threads, mask.View, x.As<int>(), y.As<int>(), chosen.View, count, nest);
        byte[] masks = mask.Read();
        Assert.That(chosen.Read(), Is.EqualTo(numbers.Select((v, i) => BitConverter.SingleToInt32Bits(masks[i] != 0 ? v : others[i]))));

        using var whole = Simulator.Zeros<int>(count);
        Simulator.Launch(KernelTable.Find("strided_cast").With(typeof(float), typeof(int), typeof(Conversions)), (1, 1, 1), Threads, x.View, whole.View, count, nest);
        Assert.That(whole.Read(), Is.EqualTo(numbers.Select(v => int.CreateSaturating(v))));

        using var turned = Simulator.Zeros<int>(count);
        Nest transposed = Nest.From(LoopNest.Create([3, 2], [1, 3], [2, 1]));
        Simulator.Launch(KernelTable.Find("strided_copy").With(typeof(int)), (1, 1, 1), Threads, whole.View, turned.View, count, transposed);
        int[] source = whole.Read();
        Assert.That(turned.Read(), Is.EqualTo(new[] { source[0], source[3], source[1], source[4], source[2], source[5] }));

        using var line = Simulator.Zeros<double>(5);
        Simulator.Launch(KernelTable.Find("strided_sequence").With(typeof(Scalar64)), (1, 1, 1), Threads, line.As<Scalar64>(), 5, 0.5, 0.25);
        Assert.That(line.Read(), Is.EqualTo(new[] { 0.5, 0.75, 1, 1.25, 1.5 }));
    }
}
