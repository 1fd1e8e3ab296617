using Adjoint.Gpu;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>Opening, using from threads, copying and closing devices.</summary>
[NonParallelizable]
public sealed class DeviceTests
{
    const int HalfBytes = 4096;

    [SetUp]
    public void Begin() => StubDriver.Begin();

    static CudaDevice Open(int index = 0) => CudaDevice.Open(index, new MadeKernels(), StubDriver.Driver, HalfBytes);

    [Test]
    public void CallsComeInOrderAndEverythingIsReleased()
    {
        using (CudaDevice device = CudaDevice.Open(0, new MadeKernels(), StubDriver.Driver))
        {
            Assert.That(device.Description, Is.EqualTo("cuda:0 Stub 0, compute capability 9.0, 132 multiprocessors, 8.0 GiB, driver 12.4"));
            Assert.That((device.Multiprocessors, device.Capability, device.HasWarps, device.HasWarpGroups, device.CompilesChains, device.BlockThreads), Is.EqualTo((132, (9, 0), true, true, false, 256)));
            ulong memory = device.Allocate(100);
            device.Write(memory, [1, 2, 3]);
            device.Read(memory, new byte[3]);
            device.Free(memory);
        }

        Assert.That(StubDriver.Log, Is.EqualTo((string[])
        [
            "cuDevicePrimaryCtxRetain 0", "cuCtxSetCurrent 0", "cuStreamCreate 1",
            "cuMemAlloc_v2 2097152", "cuEventCreate 2", "cuEventCreate 2", "cuMemHostAlloc 8388608", "cuMemcpyHtoDAsync_v2 3", "cuMemcpyDtoHAsync_v2 3", "cuEventRecord", "cuEventSynchronize",
            "cuCtxSetCurrent 0", "cuStreamSynchronize", "cuEventDestroy_v2", "cuEventDestroy_v2", "cuMemFreeHost", "cuMemFree_v2 2097152", "cuStreamDestroy_v2", "cuCtxSetCurrent -1",
            "cuDevicePrimaryCtxRelease_v2 0",
        ]));
        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void WhatIsStillInUseIsReleasedOnceAndUseAfterwardsIsAnError()
    {
        CudaDevice device = Open();
        ulong memory = device.Allocate(1000);
        device.Allocate(40 << 20);
        device.Fill(memory, 1, 10);
        device.Dispose();
        device.Dispose();
        StubDriver.AssertNothingIsLeft();
        Assert.Throws<ObjectDisposedException>(() => device.Allocate(1));
        Assert.Throws<ObjectDisposedException>(() => device.Free(memory));
        Assert.Throws<ObjectDisposedException>(() => device.Synchronize());
        Assert.Throws<ObjectDisposedException>(() => device.Write(memory, [1]));
    }

    [TestCase("cuDevicePrimaryCtxRetain")]
    [TestCase("cuCtxSetCurrent")]
    [TestCase("cuStreamCreate")]
    public void WhatFailsAtTheStartLeavesNothingBehind(string function)
    {
        StubDriver.Fail(function, 2);
        Assert.That(Assert.Throws<CudaException>(() => Open())!.Call, Is.EqualTo(function));
        StubDriver.AssertNothingIsLeft();
        Open().Dispose();
        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void ANumberWithoutADeviceIsAnError()
    {
        Assert.That(Assert.Throws<DeviceException>(() => Open(1))!.Message, Is.EqualTo("cuda:1: the driver has one device, cuda:0. Choose one that is there, or cpu."));
        StubDriver.Set("devices", 3);
        Assert.That(Assert.Throws<DeviceException>(() => Open(-1))!.Message, Does.Contain("3 devices, cuda:0 to cuda:2"));
    }

    [Test]
    public void TheContextIsCurrentWhereverADeviceIsUsed()
    {
        StubDriver.Set("devices", 2);
        using CudaDevice first = Open(), second = Open(1);
        StubDriver.Clear();
        first.Synchronize();
        first.Synchronize();
        second.Synchronize();
        var thread = new Thread(() => second.Synchronize());
        thread.Start();
        thread.Join();
        second.Synchronize();
        Assert.That(StubDriver.Log, Is.EqualTo((string[])
        [
            "cuCtxSetCurrent 0", "cuStreamSynchronize", "cuStreamSynchronize", "cuCtxSetCurrent 1", "cuStreamSynchronize", "cuCtxSetCurrent 1", "cuStreamSynchronize", "cuStreamSynchronize",
        ]));
    }

    [Test]
    public void BytesOfAnyNumberSurviveTheWayThroughTheBuffers([Values(1, 63, 4095, 4096, 4097, 8192, 8193, 20000, 65536)] int bytes)
    {
        using CudaDevice device = Open();
        var random = new Random(bytes);
        byte[] sent = new byte[bytes], received = new byte[bytes];
        random.NextBytes(sent);
        ulong memory = device.Allocate(bytes + 7), other = device.Allocate(bytes);
        device.Write(memory + 7, sent);
        device.Copy(memory + 7, other, bytes);
        device.Fill(memory, 0xee, bytes + 7);
        device.Read(other, received);
        Assert.That(received, Is.EqualTo(sent));
    }

    [Test]
    public void WritesReadsAndFillsInAnyOrderAreThoseOfAnArray([Values(1, 2, 3)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        using CudaDevice device = Open();
        var random = new Random(seed);
        byte[] model = new byte[50000], scratch = new byte[20000];
        ulong memory = device.Allocate(model.Length);
        device.Fill(memory, 0, model.Length);
        for (int step = 0; step < 400; step++)
        {
            int count = random.Next(4) == 0 ? random.Next(scratch.Length) : random.Next(200), start = random.Next(model.Length - count);
            Span<byte> part = scratch.AsSpan(0, count);
            switch (random.Next(10))
            {
                case < 7:
                    random.NextBytes(part);
                    device.Write(memory + (ulong)start, part);
                    part.CopyTo(model.AsSpan(start));
                    part.Clear(); // the source may be reused at once
                    break;
                case 7:
                    device.Fill(memory + (ulong)start, (byte)step, count);
                    model.AsSpan(start, count).Fill((byte)step);
                    break;
                default:
                    device.Read(memory + (ulong)start, part);
                    Assert.That(part.SequenceEqual(model.AsSpan(start, count)), Is.True, $"step {step}");
                    break;
            }
        }

        byte[] all = new byte[model.Length];
        device.Read(memory, all);
        Assert.That(all, Is.EqualTo(model));
    }

    [Test]
    public void SmallWritesDoNotWaitAndLargeCopiesOverlap()
    {
        using CudaDevice device = Open();
        ulong memory = device.Allocate(65536);
        StubDriver.Clear();
        for (int i = 0; i < 100; i++) device.Write(memory, [(byte)i]);
        Assert.That(StubDriver.Log.Count(line => line is "cuEventSynchronize" or "cuStreamSynchronize"), Is.Zero);
        Assert.That(StubDriver.Live("queue"), Is.EqualTo(101), "a hundred copies and the mark at which the first buffer is free again have not run");
        StubDriver.Clear();
        device.Read(memory, new byte[3 * HalfBytes]);
        Assert.That(StubDriver.Log, Is.EqualTo((string[])
        [
            "cuMemcpyDtoHAsync_v2 4096", "cuEventRecord", "cuMemcpyDtoHAsync_v2 4096", "cuEventRecord", "cuEventSynchronize", "cuMemcpyDtoHAsync_v2 4096", "cuEventRecord", "cuEventSynchronize",
            "cuEventSynchronize",
        ]), "one buffer is emptied while the other one fills");
    }

    [Test]
    public void NothingIsCopiedWhereThereIsNothing()
    {
        using CudaDevice device = Open();
        ulong memory = device.Allocate(0);
        StubDriver.Clear();
        device.Copy(memory, memory, 0);
        device.Fill(memory, 1, 0);
        device.Read(memory, []);
        Assert.That(StubDriver.Log, Is.EqualTo((string[])["cuStreamSynchronize"]));
        Assert.Throws<SettingException>(() => device.Copy(memory, memory, -1));
        Assert.Throws<SettingException>(() => device.Fill(memory, 1, -1));
    }

    [Test]
    public void RangesOutsideOfMemoryAreRefusedWithTheirPlace()
    {
        using CudaDevice device = Open();
        ulong memory = device.Allocate(100);
        var error = Assert.Throws<CudaException>(() => device.Copy(memory, memory + (2 << 20), 10));
        Assert.That(error!.Message, Is.EqualTo(
            $"cuMemcpyDtoDAsync_v2: CUDA_ERROR_INVALID_VALUE (invalid argument): 10 bytes from 0x{memory:x} to 0x{memory + (2 << 20):x}. Does the memory still belong to its tensor, and does the range lie inside?"));
        Assert.Throws<CudaException>(() => device.Fill(memory + (2 << 20) - 1, 0, 2));
        Assert.Throws<CudaException>(() => device.Write(3, [1]));
        Assert.Throws<CudaException>(() => device.Read(memory + (2 << 20) - 5000, new byte[5001]));
        byte[] read = new byte[1];
        device.Write(memory, [5]);
        device.Read(memory, read);
        Assert.That(read[0], Is.EqualTo(5), "the device goes on");
    }

    [Test]
    public void AFullDeviceSaysWhatIsInUseHeldAndFree()
    {
        StubDriver.Set("memory", 100 << 20);
        using CudaDevice device = Open();
        ulong kept = device.Allocate(50 << 20), freed = device.Allocate(30 << 20);
        device.Free(freed);
        ulong grown = device.Allocate(48 << 20);
        Assert.That(device.Memory, Is.EqualTo(new MemoryStatistics(98 << 20, 98 << 20, 98 << 20, 2, 2)), "what was cached went back first");
        var error = Assert.Throws<CudaException>(() => device.Allocate(3L << 30));
        Assert.That(error!.Message, Is.EqualTo(
            "cuMemAlloc_v2: CUDA_ERROR_OUT_OF_MEMORY (out of memory): 3 GiB asked for, 98 MiB in 2 allocations in use, 98 MiB held, 2 MiB of the device's 100 MiB free. "
            + "Use a smaller batch, recompute instead of keeping activations, or end other programs that use the device."));
        Assert.That((error.Call, error.Code, error.ErrorName, error.Kernel), Is.EqualTo(("cuMemAlloc_v2", 2, "CUDA_ERROR_OUT_OF_MEMORY", (string?)null)));
        device.Free(kept);
        device.Free(grown);
        Assert.That(device.Trim(), Is.EqualTo(98 << 20));
        Assert.That(StubDriver.Live("bytes"), Is.Zero);
    }
}
