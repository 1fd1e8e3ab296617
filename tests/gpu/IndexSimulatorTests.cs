using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Gathers and ordered scatters on the simulator against the CPU's, with repeated indices: the same bits.</summary>
[NonParallelizable]
public sealed unsafe class IndexSimulatorTests
{
    const int Outer = 2, Size = 5, Inner = 3, Count = 40, Threads = 64;

    static readonly long[] Indices = [.. Enumerable.Range(0, Count).Select(j => (long)(j * j % Size))];
    static readonly long[] Along = [.. Enumerable.Range(0, Outer * Count * Inner).Select(j => (long)(j * 7 % Size))];

    static AcceleratorDevice Simulator => SimulatedDevice.Simulator;

    static float[] Singles(int count, int seed) => SimulatedDevice.Singles(SimulatedDevice.Numbers(count, seed));

    [Test]
    public void ReadsAreTheCpus()
    {
        float[] table = Singles(Outer * Size * Inner, 1), expected = new float[Outer * Count * Inner];
        using var x = Simulator.Memory<float>(table);
        using var indices = Simulator.Memory<long>(Indices);
        using var along = Simulator.Memory<long>(Along);
        using var y = Simulator.Zeros<float>(expected.Length);
        fixed (float* source = table, target = expected) fixed (long* places = Indices) IndexKernel.Select(source, places, target, Outer, Size, Inner, Count);
        Simulator.Launch(new KernelReference("index_select", typeof(int)), LaunchGrid.Cover(expected.Length, Threads), x.View, indices.View, y.View, Outer, Size, Inner, Count);
        Assert.That(y.Read(), Is.EqualTo(expected));
        fixed (float* source = table, target = expected) fixed (long* places = Along) IndexKernel.TakeAlong(source, places, target, Outer, Size, Inner, Count);
        Simulator.Launch(new KernelReference("index_take_along", typeof(int)), LaunchGrid.Cover(expected.Length, Threads), x.View, along.View, y.View, Outer, Size, Inner, Count);
        Assert.That(y.Read(), Is.EqualTo(expected));
    }

    [TestCase("index_add_at_places")]
    [TestCase("index_add_at_columns")]
    public void AdditionsKeepTheOrderOfTheIndices(string name)
    {
        float[] source = Singles(Outer * Count * Inner, 2), target = Singles(Outer * Size * Inner, 3);
        using var x = Simulator.Memory<float>(source);
        using var indices = Simulator.Memory<long>(Indices);
        using var y = Simulator.Memory<float>(target);
        fixed (float* a = source, b = target) fixed (long* places = Indices) IndexKernel.AddAt(a, places, b, Outer, Size, Inner, Count);
        long items = name == "index_add_at_places" ? Outer * Size * 32 : Outer * Inner;
        Simulator.Launch(new KernelReference(name, typeof(float)), LaunchGrid.Cover(items, Threads), x.View, indices.View, y.View, Outer, Size, Inner, Count, 1);
        Assert.That(y.Read(), Is.EqualTo(target));
    }

    [Test]
    public void AdditionsAlongAnAxis()
    {
        float[] source = Singles(Outer * Count * Inner, 4), target = new float[Outer * Size * Inner];
        using var x = Simulator.Memory<float>(source);
        using var along = Simulator.Memory<long>(Along);
        using var y = Simulator.Zeros<float>(target.Length);
        fixed (float* a = source, b = target) fixed (long* places = Along) IndexKernel.AddAlong(a, places, b, Outer, Size, Inner, Count);
        Simulator.Launch(new KernelReference("index_add_along", typeof(float)), new LaunchGrid(1, 1, 1, Threads), x.View, along.View, y.View, Outer, Size, Inner, Count);
        Assert.That(y.Read(), Is.EqualTo(target));
    }

    [Test]
    public void KHotRowsAndTheirTranspose()
    {
        const int Rows = 12, Hot = 3, Width = 35;
        long[] places = [.. Enumerable.Range(0, Rows * Hot).Select(j => (j * 5 % (Size + 1)) - 1L)];
        float[] table = Singles(Size * Width, 5), bias = Singles(Width, 6), sums = new float[Rows * Width], back = new float[Size * Width];
        using var x = Simulator.Memory<float>(table);
        using var indices = Simulator.Memory<long>(places);
        using var shift = Simulator.Memory<float>(bias);
        using var y = Simulator.Zeros<float>(sums.Length);
        using var z = Simulator.Zeros<float>(back.Length);
        fixed (float* a = table, b = bias, c = sums, d = back) fixed (long* at = places)
        {
            GatherSumKernel.Gather(a, at, b, c, Rows, Hot, Width);
            GatherSumKernel.Scatter(c, at, d, Size, Rows, Hot, Width);
        }

        Simulator.Launch(new KernelReference("index_gather_sum", typeof(float)), LaunchGrid.Cover(sums.Length, Threads),
            x.View, indices.View, shift.View, y.View, Rows, Size, Hot, Width, 1);
        Assert.That(y.Read(), Is.EqualTo(sums));
        Simulator.Launch(new KernelReference("index_add_at_places", typeof(float)), LaunchGrid.Cover(Size * 2 * 32, Threads),
            y.View, indices.View, z.View, 1, Size, Width, Rows * Hot, Hot);
        Assert.That(z.Read(), Is.EqualTo(back));
    }

    [Test]
    public void ExtremesAndChecks()
    {
        const int Lines = 70;
        float[] numbers = Singles(2 * Lines * 2, 7);
        numbers[10] = numbers[40] = 5;
        numbers[^1] = float.NaN;
        long[] expected = new long[4];
        using var x = Simulator.Memory<float>(numbers);
        using var y = Simulator.Zeros<long>(4);
        foreach (bool largest in new[] { true, false })
        {
            fixed (float* a = numbers) fixed (long* b = expected) IndexKernel.ArgExtreme(a, b, 2, Lines, 2, largest);
            Simulator.Launch(new KernelReference("index_arg_extreme", typeof(float)), new LaunchGrid(2, 1, 1, Threads), x.View, y.View, 2, Lines, 2, largest ? 1 : 0);
            Assert.That(y.Read(), Is.EqualTo(expected));
            using var lines = Simulator.Zeros<long>(4);
            Simulator.Launch(new KernelReference("index_arg_extreme_line", typeof(float)), new LaunchGrid(1, 1, 1, Threads), x.View, lines.View, 2, Lines, 2, largest ? 1 : 0);
            Assert.That(lines.Read(), Is.EqualTo(expected), "a thread a line");
        }

        using var indices = Simulator.Memory<long>(0, -1, 5, 2, 9);
        foreach (var (lowest, position) in new[] { (0L, 1), (-1L, 2) })
        {
            using var first = Simulator.Memory<int>(5);
            Simulator.Launch(new KernelReference("index_check"), new LaunchGrid(1, 1, 1, Threads), indices.View, first.View, 5, lowest, 5L);
            Assert.That(first.Read()[0], Is.EqualTo(position));
        }
    }
}
