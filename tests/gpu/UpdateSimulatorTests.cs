using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Optimiser passes on the simulator against the CPU's, over whole and ragged packs, with the factors of a step worked out on the device.</summary>
[NonParallelizable]
public sealed unsafe class UpdateSimulatorTests
{
    const int Threads = 32;

    static Simulator Simulator => SimulatedDevice.Simulator;

    [TestCase(1)]
    [TestCase(11)]
    [TestCase(140)]
    public void RulesGiveTheBitsOfTheCpu(int count)
    {
        const double Rate = 0.05, Decay = 0.01, Scale = 0.5;
        Check(count, new AdamDeviceRule(0.9, 0.99, 1e-8, Decay), [Rate / 0.19, 3.5, 0.999], new AdamRule(Scale, Decay, 0.999, 0.9, 0.99, Rate / 0.19, 3.5, 1e-8), Scale);
        Check(count, new SgdDeviceRule(Decay), [Rate], new SgdRule(Scale, Decay, Rate), Scale);
        Check(count, new MomentumDeviceRule(Decay, 0.9), [Rate], new MomentumRule(Scale, Decay, Rate, 0.9), Scale);
        Check(count, new NesterovDeviceRule(Decay, 0.9), [Rate], new NesterovRule(Scale, Decay, Rate, 0.9), Scale);
        Check(count, new AverageDeviceRule(), [0.25], new AverageRule(0.25), 1);
        Check(count, new AverageDeviceRule(), [0.75], new AverageRule(0.75), 1);
    }

    static void Check<TDevice, TRule>(int count, TDevice rule, double[] factors, TRule reference, double scale)
        where TDevice : unmanaged, IDeviceRule
        where TRule : struct, IUpdateRule
    {
        float[][] buffers = [.. Enumerable.Range(1, 4).Select(seed => SimulatedDevice.Singles(SimulatedDevice.Numbers(count, seed, seed == 4 ? 0 : -2, 2)))];
        using var target = Simulator.Copy<float>(buffers[0]);
        using var source = Simulator.Copy<float>(buffers[1]);
        using var first = Simulator.Copy<float>(buffers[2]);
        using var second = Simulator.Copy<float>(buffers[3]);
        using var factor = Simulator.Copy<float>((float)scale);
        using var numbers = Simulator.Copy<double>(factors);
        Kernel kernel = KernelTable.Find("update").With(typeof(TDevice), typeof(Scalar32), typeof(Pack4<Scalar32>));
        Simulator.Launch(kernel, SimulatedDevice.Cover((count + 3) / 4, Threads), Threads, target.As<Scalar32>(), source.As<Scalar32>(), first.As<Scalar32>(),
            second.As<Scalar32>(), factor.As<Scalar32>(), numbers.View, (long)count, rule);
        fixed (float* a = buffers[0], b = buffers[1], c = buffers[2], d = buffers[3]) UpdateKernel.Run(reference, new UpdateBuffers<float>(a, b, c, d), count);
        Assert.That(target.Read(), Is.EqualTo(buffers[0]), typeof(TDevice).Name);
        if (TDevice.States > 0) Assert.That(first.Read(), Is.EqualTo(buffers[2]), typeof(TDevice).Name);
        if (TDevice.States > 1) Assert.That(second.Read(), Is.EqualTo(buffers[3]), typeof(TDevice).Name);
    }

    [Test]
    public void FactorsOfAStep()
    {
        using var rate = Simulator.Copy<double>(0.1);
        using var step = Simulator.Copy<long>(2);
        using var factors = Simulator.Zeros<double>(4);
        Simulator.Launch(KernelTable.Find("update_count_step").With(), (1, 1, 1), Threads, step.View);
        Assert.That(step.Read()[0], Is.EqualTo(3));
        Simulator.Launch(KernelTable.Find("update_adam_factors").With(), (1, 1, 1), Threads, rate.View, step.View, factors.View, 0.5, 0.9, 0.999, 0.02);
        double[] adam = [0.05 / (1 - Math.Pow(0.9, 3)), 1 / Math.Sqrt(1 - Math.Pow(0.999, 3)), 1 - (0.05 * 0.02), 0];
        Assert.That(factors.Read(), Is.EqualTo(adam).Within(1e-12).Percent);
        Simulator.Launch(KernelTable.Find("update_rate_factors").With(), (1, 1, 1), Threads, rate.View, factors.View, 0.5);
        Assert.That(factors.Read()[0], Is.EqualTo(0.05));
        Simulator.Launch(KernelTable.Find("update_average_factors").With(), (1, 1, 1), Threads, step.View, factors.View, 1, 6.0);
        Assert.That(factors.Read()[0], Is.EqualTo(1 - Math.Pow(2.0 / 3, 7)).Within(1e-12).Percent);
        Simulator.Launch(KernelTable.Find("update_average_factors").With(), (1, 1, 1), Threads, step.View, factors.View, 0, 0.99);
        Assert.That(factors.Read()[0], Is.EqualTo(0.01).Within(1e-12).Percent);
    }

    [Test]
    public void GradientsAreClipped()
    {
        const int Count = 500, Length = 200, Pieces = 3;
        float[] gradient = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 9));
        using var x = Simulator.Copy<float>(gradient);
        using var partial = Simulator.Zeros<double>(Pieces);
        using var scale = Simulator.Zeros<float>(1);
        using var norm = Simulator.Zeros<float>(1);
        Simulator.Launch(KernelTable.Find("update_square_sum").With(typeof(float), typeof(Widening), typeof(BlockTeam)), (Pieces, 1, 1), 64, x.View, partial.View, (long)Count, Length);
        Simulator.Launch(KernelTable.Find("update_clip_scale").With(typeof(float), typeof(Widening), typeof(BlockTeam)), (1, 1, 1), 64, partial.View, scale.View, norm.View, Pieces, 2.0);
        double expected = Math.Sqrt(gradient.Sum(v => (double)v * v));
        Assert.That(norm.Read()[0], Is.EqualTo(expected).Within(1e-5).Percent);
        Assert.That(scale.Read()[0], Is.EqualTo(2 / (expected + 1e-6)).Within(1e-5).Percent);
    }
}
