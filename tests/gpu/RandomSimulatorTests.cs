using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Random kernels on the simulator give the CPU's numbers: words, uniforms, integers and masks to the bit, the rest to a few units of the last place.</summary>
[NonParallelizable]
public sealed class RandomSimulatorTests
{
    const int Threads = 32;

    static readonly Draw Draw = new(0x0123_4567_89AB_CDEF, 0xFFFF_FFFF_FFFF_FFFE);

    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    static T[] Fill<TDistribution, T>(TDistribution distribution, int count) where TDistribution : unmanaged, IDeviceDistribution<T> where T : unmanaged
    {
        using var state = State();
        using var y = Simulator.Zeros<T>(count);
        KernelReference kernel = new("random_fill", typeof(TDistribution), typeof(T));
        Simulator.Launch(kernel, LaunchGrid.Cover((count + TDistribution.PerBlock - 1) / TDistribution.PerBlock, Threads), state.View, y.View, (long)count, distribution);
        return y.Read();
    }

    static TestMemory<long> State() => Simulator.Memory<long>(unchecked((long)Draw.Key), unchecked((long)Draw.Counter));

    static T[] Expected<T>(int count, Action<T[]> fill)
    {
        var numbers = new T[count];
        fill(numbers);
        return numbers;
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(150)]
    public void WholeNumbersUniformsAndMasksHaveTheBitsOfTheCpu(int count)
    {
        Assert.That(Fill<Bits64, ulong>(default, count), Is.EqualTo(Expected<ulong>(count, x => RandomKernels.Bits64(x, Draw))));
        Assert.That(Fill<Uniform32, float>(default, count), Is.EqualTo(Expected<float>(count, x => RandomKernels.Uniform(x, Draw))));
        Assert.That(Fill<Uniform64, double>(default, count), Is.EqualTo(Expected<double>(count, x => RandomKernels.Uniform(x, Draw))));
        Assert.That(Fill<Integers32, int>(new(-5, 12), count), Is.EqualTo(Expected<int>(count, x => RandomKernels.Integers(x, -5, 7, Draw))));
        Assert.That(Fill<Integers64, long>(new(-5, 1UL << 60), count), Is.EqualTo(Expected<long>(count, x => RandomKernels.Integers(x, -5, (1L << 60) - 5, Draw))));
        Assert.That(Fill<Bernoulli, byte>(new(1UL << 30), count), Is.EqualTo(Expected<byte>(count, x => RandomKernels.Bernoulli(x, 0.25, Draw))));
    }

    [TestCase(3)]
    [TestCase(64)]
    public void NormalAndGumbelNumbersAreTheCpus(int count)
    {
        Assert.That(Fill<Normal32, float>(default, count), Is.EqualTo(Expected<float>(count, x => RandomKernels.Normal(x, Draw))).Within(4).Ulps);
        Assert.That(Fill<Normal64, double>(default, count), Is.EqualTo(Expected<double>(count, x => RandomKernels.Normal(x, Draw))).Within(4).Ulps);
        Assert.That(Fill<Gumbel32, float>(default, count), Is.EqualTo(Expected<float>(count, x => RandomKernels.Gumbel(x, Draw))).Within(4).Ulps);
        Assert.That(Fill<Gumbel64, double>(default, count), Is.EqualTo(Expected<double>(count, x => RandomKernels.Gumbel(x, Draw))).Within(4).Ulps);
    }

    [Test]
    public void ClassesAndPermutationsAreTheCpus()
    {
        const int Rows = 9, Columns = 7;
        float[] weights = SimulatedDevice.Singles(SimulatedDevice.Numbers(Rows * Columns, 4, 0, 2));
        weights.AsSpan(0, Columns).Clear();
        weights[Columns] = 0;
        long[] expected = new long[Rows];
        using var state = State();
        using var x = Simulator.Memory<float>(weights);
        using var chosen = Simulator.Zeros<long>(Rows);
        Categorical.FromWeights<float>(weights, expected, Columns, Draw);
        Simulator.Launch(new KernelReference("random_from_weights", typeof(float)), new LaunchGrid(1, 1, 1, Threads), state.View, x.View, chosen.View, Rows, Columns);
        Assert.That(chosen.Read(), Is.EqualTo(expected));

        for (int i = 0; i < Columns; i++) weights[i] = float.NegativeInfinity;
        x.Write(weights);
        Categorical.FromLogits(weights, expected, Columns, Draw);
        Simulator.Launch(new KernelReference("random_from_logits", typeof(float)), new LaunchGrid(1, 1, 1, Threads), state.View, x.View, chosen.View, Rows, Columns);
        Assert.That(chosen.Read(), Is.EqualTo(expected));

        const int Count = 50;
        long[] order = new long[Count];
        Permutation.Shuffle(order, new ulong[Permutation.WorkspaceLength(Count)], Draw);
        using var keys = Simulator.Memory<ulong>(Fill<Bits64, ulong>(default, Count));
        using var result = Simulator.Zeros<long>(Count);
        Simulator.Launch(new KernelReference("random_permute"), LaunchGrid.Cover(Count, Threads), keys.View, result.View, Count);
        Assert.That(result.Read(), Is.EqualTo(order));

        Simulator.Launch(new KernelReference("random_advance"), new LaunchGrid(1, 1, 1, Threads), state.View, 5L);
        Assert.That(state.Read()[1], Is.EqualTo(3), "counters wrap");
    }

    [Test]
    public void RejectionLawsAreTheCpus()
    {
        double[] shapes = [0.2, 1, 3.5, 80, -1, 0.9, 12, 1e4], means = [0, 0.3, 9, 11, 250, -1, 1e6, 40];
        Compare<GammaLaw>(shapes);
        Compare<PoissonLaw>(means);

        static void Compare<TLaw>(double[] parameters) where TLaw : unmanaged, IRejectionLaw
        {
            float[] singles = Array.ConvertAll(parameters, x => (float)x), expected = new float[singles.Length];
            double[] doubles = new double[parameters.Length];
            RejectionLoop.Run<TLaw, float>(singles, expected, Draw, 0);
            RejectionLoop.Run<TLaw, double>(parameters, doubles, Draw, 0);
            using var state = State();
            using var x = Simulator.Memory<float>(singles);
            using var y = Simulator.Zeros<float>(singles.Length);
            using var u = Simulator.Memory<double>(parameters);
            using var v = Simulator.Zeros<double>(parameters.Length);
            Simulator.Launch(new KernelReference("random_from_law", typeof(TLaw), typeof(float)), new LaunchGrid(1, 1, 1, Threads), state.View, x.View, y.View, (long)singles.Length);
            Simulator.Launch(new KernelReference("random_from_law", typeof(TLaw), typeof(double)), new LaunchGrid(1, 1, 1, Threads), state.View, u.View, v.View, (long)parameters.Length);
            Assert.That(y.Read(), Is.EqualTo(expected));
            Assert.That(v.Read(), Is.EqualTo(doubles));
        }
    }
}
