using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Memory of a device over ILGPU's accelerators: addresses, slices, and what is refused.</summary>
[NonParallelizable]
public sealed class AddressTests
{
    static readonly float[] Start = [1, 2, 3, 4, 5];
    static readonly KernelReference Relu32 = new("dense_unary", typeof(Relu), typeof(float));
    static readonly KernelReference Relu64 = new("dense_unary", typeof(Relu), typeof(double));

    AcceleratorDevice device = null!;

    [OneTimeSetUp]
    public void Open() => device = TestAccelerator.Open();

    [OneTimeTearDown]
    public void Close() => device.Dispose();

    [Test]
    public void MemoryStartsAtMultiplesAndIsReadBack()
    {
        ulong[] addresses = [device.Allocate(0), device.Allocate(1), device.Allocate(255), device.Allocate(256), device.Allocate(257)];
        Assert.That(addresses, Is.Unique);
        Assert.That(addresses.Select(address => address % 256), Is.All.Zero);
        device.Write(addresses[4], Enumerable.Range(0, 257).Select(i => (byte)i).ToArray());
        device.Copy(addresses[4] + 7, addresses[3] + 1, 100);
        Assert.That(device.Read<byte>(addresses[3] + 1, 100), Is.EqualTo(Enumerable.Range(7, 100)));
        device.Fill(addresses[3] + 2, 9, 3);
        Assert.That(device.Read<byte>(addresses[3] + 1, 5), Is.EqualTo("\a\t\t\t\v"u8.ToArray()));
        long used = device.UsedBytes;
        foreach (ulong address in addresses) device.Free(address);
        Assert.That(used - device.UsedBytes, Is.EqualTo(1 + 255 + 256 + 257));
    }

    [Test]
    public void AccessesThatLeaveABufferAreRefused()
    {
        ulong x = device.Allocate(100);
        Assert.Multiple(() =>
        {
            Assert.That(() => device.Read<byte>(x + 50, 51), Throws.TypeOf<KernelLaunchException>().With.Message.Contains("Read: 51 bytes").And.Message.Contains("100 bytes"));
            Assert.That(() => device.Write(x + 100, new byte[1]), Throws.TypeOf<KernelLaunchException>().With.Message.StartsWith("Write: address"));
            Assert.That(() => device.Copy(x, x + 60, 50), Throws.TypeOf<KernelLaunchException>().With.Message.StartsWith("Copy to: 50 bytes"));
            Assert.That(() => device.Fill(12, 0, 1), Throws.TypeOf<KernelLaunchException>().With.Message.StartsWith("Fill: address 0xc is in no buffer"));
            Assert.That(() => device.Free(x + 1), Throws.TypeOf<KernelLaunchException>());
        });
        device.Free(x);
        Assert.That(() => device.Read<byte>(x, 1), Throws.TypeOf<KernelLaunchException>(), "given back");
        Assert.That(() => device.Free(x), Throws.TypeOf<KernelLaunchException>(), "given back twice");
        Assert.That(device.Allocate(100), Is.Not.EqualTo(x), "addresses are not given twice");
    }

    [Test]
    public void KernelsSeeSlices()
    {
        ulong x = device.Copy<float>([.. Enumerable.Range(0, 64).Select(i => 8f - i)]), y = device.Copy(new float[64]);
        device.Launch(Relu32, LaunchGrid.Cover(3, device.BlockThreads), new DeviceView(x + 16, 10), new DeviceView(y + 32, 10), 10L, default(Relu));
        float[] expected = new float[64];
        for (int i = 0; i < 10; i++) expected[8 + i] = Math.Max(0, 4f - i);
        Assert.That(device.Read<float>(y, 64), Is.EqualTo(expected));
    }

    [Test]
    public void WrongArgumentsAreRefusedWithTheKernelsNameAndTheArguments()
    {
        ulong x = device.Copy(new float[8]), y = device.Copy(new float[8]);
        void Launch(KernelReference kernel, params object[] arguments) => device.Launch(kernel, new LaunchGrid(1, 1, 1, 32), arguments);
        Assert.Multiple(() =>
        {
            AssertRefused(() => Launch(Relu32, new DeviceView(x, 9), new DeviceView(y, 8), 8L, default(Relu)), "dense_unary_Relu_f32: x: 36 bytes");
            AssertRefused(() => Launch(Relu32, new DeviceView(x, 8), new DeviceView(y + 4, 7), 7L, default(Relu)), "dense_unary_Relu_f32: y starts at", "multiples of 16");
            AssertRefused(() => Launch(Relu32, new DeviceView(x, 8), new DeviceView(0, 8), 8L, default(Relu)), "dense_unary_Relu_f32: y: address 0x0 is in no buffer");
            AssertRefused(() => Launch(Relu64, new DeviceView(x + 4, 1), new DeviceView(y, 1), 1L, default(Relu)), "dense_unary_Relu_f64: x starts at", "8 bytes");
            AssertRefused(() => Launch(Relu32, new DeviceView(x, -1), new DeviceView(y, 8), 8L, default(Relu)), "dense_unary_Relu_f32: x has -1 elements");
            AssertRefused(() => Launch(Relu32, new DeviceView(x, 8), new DeviceView(y, 8), 8L), "dense_unary_Relu_f32: its arguments take at least 41 bytes, and there are 40");
            AssertRefused(() => Launch(Relu32, new DeviceView(x, 8), new DeviceView(y, 8), 8L, default(Relu), 1), "dense_unary_Relu_f32: its arguments take 41 bytes, and there are 48");
            Assert.That(() => Launch(new KernelReference("dense_unary", typeof(Relu), typeof(int))), Throws.ArgumentException.With.Message.Contains("dense_unary_Relu_i32"));
        });
        DeviceView view = new(x, 1);
        AssertRefused(
            () => device.Launch(new("matmul_1_naive", typeof(float), typeof(Relu)), new LaunchGrid(1, 1, 1, 1 << 20), view, view, view, view, MatrixProduct.Dense(1, 1, 1), default(Relu)),
            "matmul_1_naive_f32_Relu: a block of 1048576 threads");
    }

    static void AssertRefused(Action launch, params string[] parts)
    {
        string message = Assert.Throws<KernelLaunchException>(() => launch())!.Message;
        Assert.That(message, Does.StartWith(parts[0]));
        foreach (string part in parts) Assert.That(message, Does.Contain(part));
    }

    [Test]
    public void WithoutWarpsKernelsThatNeedThemAreRefused()
    {
        using var other = AcceleratorDevice.Simulator(hasWarps: false);
        KernelReference rows = new("reduce_rows", typeof(SumFold), typeof(float), typeof(BlockTeam));
        AssertRefused(() => other.Launch(rows, new LaunchGrid(1, 1, 1, 32), []), "reduce_rows_SumFold_f32_BlockTeam: needs Warps");
    }

    [Test]
    public void EmptyViewsAndGridsAreNothing()
    {
        ulong x = device.Copy(1f);
        device.Launch(Relu32, new LaunchGrid(1, 1, 1, 32), new DeviceView(0, 0), new DeviceView(x + 1000, 0), 0L, default(Relu));
        device.Launch(Relu32, new LaunchGrid(0, 1, 1, 32), new DeviceView(x, 1), new DeviceView(x, 1), 1L, default(Relu));
        device.Read(x, []);
        Assert.That(device.Read<float>(x, 1), Has.All.EqualTo(1f));
    }

    [Test]
    public void PreparedLaunchesRunInOrderAgainAndAgain()
    {
        KernelReference affine = new("dense_unary", typeof(Affine), typeof(float)), add = new("dense_binary", typeof(Add), typeof(float));
        ulong x = device.Copy<float>(Start), y = device.Copy(new float[5]);
        DeviceView a = new(x, 5), b = new(y, 5);
        var grid = LaunchGrid.Cover(2, device.BlockThreads);
        using ILaunchSequence sequence = device.Prepare([
            new(affine, grid, DeviceHelper.Bytes(a, b, 5L, new Affine(2, 1))),
            new(add, new LaunchGrid(0, 1, 1, 32), []),
            new(add, grid, DeviceHelper.Bytes(a, b, a, 5L, default(Add))),
        ]);
        Assert.That(device.Read<float>(x, 5), Is.EqualTo(Start), "preparing runs nothing");
        sequence.Run();
        sequence.Run();
        Assert.That(device.Read<float>(x, 5), Is.EqualTo(Start.Select(v => (3 * ((3 * v) + 1)) + 1)));
        device.Free(y);
        Assert.That(sequence.Run, Throws.TypeOf<KernelLaunchException>().With.Message.Contains("dense_unary_Affine_f32").And.Message.Contains("given back"));
    }
}
