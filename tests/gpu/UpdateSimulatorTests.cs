using System.Numerics;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Optimiser passes on the simulator against the CPU's, over whole and ragged packs, with the factors of a step worked out on the device.</summary>
[NonParallelizable]
public sealed unsafe class UpdateSimulatorTests
{
    const int Threads = 32;

    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    // Weight of an average that follows; none at 0.
    [Test]
    public void RulesGiveTheBitsOfTheCpuAndMoveAnAverageAlong([Values(1, 11, 140)] int count, [Values(0, 0.25, 0.75)] double weight)
    {
        const double Rate = 0.05, Decay = 0.01, Scale = 0.5, Keep = 0.999;
        double[] rate = [Rate, 0, 0, weight], adam = [Rate / 0.19, 3.5, 1, weight], shrinking = [Rate / 0.19, 3.5, Keep, weight];
        Check(count, new AdamDeviceRule(0.9, 0.99, 1e-8, Decay), adam, new AdamRule(Scale, Decay, 1, 0.9, 0.99, Rate / 0.19, 3.5, 1e-8), Scale);
        Check(count, new AdamDeviceRule(0.9, 0.99, 1e-8, 0), shrinking, new AdamRule(Scale, 0, Keep, 0.9, 0.99, Rate / 0.19, 3.5, 1e-8), Scale);
        Check(count, new SgdDeviceRule(Decay), rate, new SgdRule(Scale, Decay, Rate), Scale);
        Check(count, new MomentumDeviceRule(Decay, 0.9), rate, new MomentumRule(Scale, Decay, Rate, 0.9), Scale);
        Check(count, new NesterovDeviceRule(Decay, 0.9), rate, new NesterovRule(Scale, Decay, Rate, 0.9), Scale);
        Check(count, new LionDeviceRule(0.9, 0.99, Decay), rate, new LionRule(Scale, 1 - (Rate * Decay), 0.9, 0.99, Rate), Scale);
    }

    // States that are means of squares, of numbers as they come in training.
    [Test]
    public void RulesThatDivideByRootsGiveTheBitsOfTheCpu([Values(1, 11, 140)] int count)
    {
        const double Rate = 0.05, Decay = 0.01, Scale = 0.5, Alpha = 0.9, Epsilon = 1e-3;
        double[] rate = [Rate, 0, 0, 0];
        Check(count, new AdagradDeviceRule(Epsilon, Decay), rate, new AdagradRule(Scale, Decay, Rate, Epsilon), Scale, 0);
        Check(count, new RmsPropDeviceRule(Decay, Alpha, Epsilon), rate, new RmsPropRule(Scale, Decay, Rate, Alpha, Epsilon), Scale, 0);
        Check(count, new RmsPropMomentumDeviceRule(Decay, Alpha, Epsilon, 0.8), rate, new RmsPropMomentumRule(Scale, Decay, Rate, Alpha, Epsilon, 0.8), Scale, 0);
        Check(count, new RmsPropCentredDeviceRule(Decay, Alpha, Epsilon), rate, new RmsPropCentredRule(Scale, Decay, Rate, Alpha, Epsilon), Scale, 0);
    }

    [Test]
    public void AnAverageAloneGivesTheBitsOfTheCpu([Values(1, 11, 140)] int count, [Values(0.25, 0.75)] double weight)
    {
        CheckOne<AverageDeviceRule, WithoutAverage, AverageRule, float>(count, default, [0, 0, 0, weight], new AverageRule(weight), 1);
        CheckOne<AverageDeviceRule, WithoutAverage, AverageRule, double>(count, default, [0, 0, 0, weight], new AverageRule(weight), 1);
    }

    static void Check<TDevice, TRule>(int count, TDevice rule, double[] factors, TRule reference, double scale, double least = -2)
        where TDevice : unmanaged, IDeviceRule
        where TRule : struct, IUpdateRule
    {
        if (factors[3] > 0)
        {
            CheckOne<TDevice, WithAverage, TRule, float>(count, rule, factors, reference, scale, least);
            CheckOne<TDevice, WithAverage, TRule, double>(count, rule, factors, reference, scale, least);
        }
        else
        {
            CheckOne<TDevice, WithoutAverage, TRule, float>(count, rule, factors, reference, scale, least);
            CheckOne<TDevice, WithoutAverage, TRule, double>(count, rule, factors, reference, scale, least);
        }
    }

    // Target, source, states and average, on both sides.
    static void CheckOne<TDevice, TAverage, TRule, T>(int count, TDevice rule, double[] factors, TRule reference, double scale, double least = -2)
        where TDevice : unmanaged, IDeviceRule
        where TAverage : IDeviceAverage
        where TRule : struct, IUpdateRule
        where T : unmanaged, INumber<T>
    {
        T[][] buffers = [.. Enumerable.Range(1, 5).Select(seed => Array.ConvertAll(SimulatedDevice.Numbers(count, seed, seed == 4 ? 0 : seed == 3 ? least : -2, 2), T.CreateTruncating))];
        using var target = Simulator.Memory<T>(buffers[0]);
        using var source = Simulator.Memory<T>(buffers[1]);
        using var first = Simulator.Memory<T>(buffers[2]);
        using var second = Simulator.Memory<T>(buffers[3]);
        using var average = Simulator.Memory<T>(buffers[4]);
        using var factor = Simulator.Memory(T.CreateTruncating(scale));
        using var numbers = Simulator.Memory<double>(factors);
        KernelReference kernel = new("update", typeof(TDevice), typeof(TAverage), typeof(T));
        Simulator.Launch(kernel, LaunchGrid.Cover((count + 1) / 2, Threads), target.View, source.View, first.View, second.View, average.View, factor.View,
            numbers.View, (long)count, rule);
        fixed (T* a = buffers[0], b = buffers[1], c = buffers[2], d = buffers[3], e = buffers[4])
            UpdateKernel.Run(reference, new UpdateBuffers<T>(a, b, c, d) { Average = TAverage.Follows ? e : null, AverageWeight = factors[3] }, count);
        Assert.Multiple(() =>
        {
            Assert.That(target.Read(), Is.EqualTo(buffers[0]), $"{kernel}: target");
            Assert.That(first.Read(), Is.EqualTo(buffers[2]), $"{kernel}: first");
            Assert.That(second.Read(), Is.EqualTo(buffers[3]), $"{kernel}: second");
            Assert.That(average.Read(), Is.EqualTo(buffers[4]), $"{kernel}: average");
        });
    }

    [Test]
    public void FactorsOfAStep()
    {
        AverageLaw none = default, exponential = new(AverageLaw.Exponential, 0.99), power = new(AverageLaw.Power, 6);
        double moved = 1 - Math.Pow(0.5, 7);
        using var rate = Simulator.Memory<double>(0.1);
        using var step = Simulator.Memory<long>(2);
        using var averageStep = Simulator.Memory<long>(2);
        using var factors = Simulator.Memory<double>(7, 7, 7, 7);
        Simulator.Launch(new KernelReference("update_count_step"), new LaunchGrid(1, 1, 1, Threads), step.View);
        Assert.That(step.Read()[0], Is.EqualTo(3));
        KernelReference adam = new("update_adam_factors"), descent = new("update_rate_factors"), average = new("update_average_factors");
        double[] expected = [0.05 / (1 - Math.Pow(0.9, 3)), 1 / Math.Sqrt(1 - Math.Pow(0.999, 3)), 1 - (0.05 * 0.02), 7];
        Simulator.Launch(adam, new LaunchGrid(1, 1, 1, Threads), averageStep.View, factors.View, none, rate.View, step.View, 0.5, 0.9, 0.999, 0.02);
        Assert.That(factors.Read(), Is.EqualTo(expected).Within(1e-12).Percent);
        Simulator.Launch(adam, new LaunchGrid(1, 1, 1, Threads), averageStep.View, factors.View, power, rate.View, step.View, 0.5, 0.9, 0.999, 0.02);
        Assert.That(factors.Read(), Is.EqualTo([.. expected[..3], moved]).Within(1e-12).Percent);
        Simulator.Launch(descent, new LaunchGrid(1, 1, 1, Threads), averageStep.View, factors.View, exponential, rate.View, 0.5);
        Assert.That(factors.Read(), Is.EqualTo([0.05, .. expected[1..3], 0.01]).Within(1e-12).Percent);
        Simulator.Launch(average, new LaunchGrid(1, 1, 1, Threads), averageStep.View, factors.View, power);
        Assert.That(factors.Read(), Is.EqualTo([0.05, .. expected[1..3], moved]).Within(1e-12).Percent);
    }

    [Test]
    public void GradientsAreClipped()
    {
        const int Count = 500, Length = 200, Pieces = 3;
        float[] gradient = SimulatedDevice.Singles(SimulatedDevice.Numbers(Count, 9));
        using var x = Simulator.Memory<float>(gradient);
        using var partial = Simulator.Zeros<double>(Pieces);
        using var scale = Simulator.Zeros<float>(1);
        using var norm = Simulator.Zeros<float>(1);
        Simulator.Launch(new KernelReference("update_square_sum", typeof(float), typeof(BlockTeam)), new LaunchGrid(Pieces, 1, 1, 64), x.View, partial.View, (long)Count, Length);
        Simulator.Launch(new KernelReference("update_clip_scale", typeof(float), typeof(BlockTeam)), new LaunchGrid(1, 1, 1, 64), partial.View, scale.View, norm.View, Pieces, 2.0);
        double expected = Math.Sqrt(gradient.Sum(v => (double)v * v));
        Assert.That(norm.Read()[0], Is.EqualTo(expected).Within(1e-5).Percent);
        Assert.That(scale.Read()[0], Is.EqualTo(2 / (expected + 1e-6)).Within(1e-5).Percent);
    }
}
