using Adjoint.Gpu;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>Every function of the driver fails once: what is said, and that nothing is lost. Errors that lose the device.</summary>
[NonParallelizable]
public sealed class ErrorTests
{
    static readonly LaunchGrid One = new(1, 1, 1, 32);

    /// <summary>Functions that release something, at whose failure nothing can be done, and those that describe errors.</summary>
    static readonly string[] Unreported =
    [
        "cuGetErrorName", "cuGetErrorString", "cuDevicePrimaryCtxRelease_v2", "cuMemFreeHost", "cuStreamDestroy_v2", "cuEventDestroy_v2", "cuModuleUnload", "cuGraphExecDestroy", "cuGraphDestroy",
    ];

    /// <summary>Functions that report and load use; their failures are in the tests of reports.</summary>
    static readonly string[] Started = ["cuInit", "cuDriverGetVersion"];

    MadeKernels kernels = new();
    KernelReference good = null!, other = null!;

    [SetUp]
    public void Begin()
    {
        StubDriver.Begin();
        kernels = new MadeKernels();
        good = kernels.Add("good");
        other = kernels.Add("other");
    }

    [TearDown]
    public void Quiet() => Settings.DebugLevel = 0;

    CudaDevice Open() => CudaDevice.Open(0, kernels, StubDriver.Driver, 4096);

    static byte[] Eight => LaunchTests.Eight(1);

    /// <summary>Uses every function of the driver.</summary>
    void UseEverything()
    {
        using CudaDevice device = Open();
        ulong memory = device.Allocate(10000);
        device.Write(memory, new byte[10000]);
        device.Fill(memory, 1, 10);
        device.Copy(memory, memory + 100, 10);
        device.Read(memory, new byte[10000]);
        device.Launch(kernels.Add(MadeKernels.Image($"shared{kernels.Finds}", dynamicShared: 60000)), One, Eight);
        device.TimeEach([new(good, One, Eight)]);
        using (ILaunchSequence sequence = device.Prepare([new(good, One, Eight), new(other, One, Eight)])) sequence.Run();
        device.Synchronize();
        device.Free(memory);
        device.Trim();
        try
        {
            device.Allocate(1L << 40);
            Assert.Fail("there is no such memory");
        }
        catch (CudaException exception) when (exception.Code == 2)
        {
            // The one path that asks for the free memory.
            if (exception.Message.Contains("free memory unknown", StringComparison.Ordinal)) throw new CudaException(exception.Message, "cuMemGetInfo_v2", 999);
        }
    }

    [Test]
    public void EveryFunctionThatFailsIsNamedAndNothingIsLeftBehind()
    {
        DriverReport nothing = CudaDriver.Probe(StubDriver.Path("-DNOT_A_DRIVER"));
        string[] functions = [.. nothing.MissingFunctions, .. nothing.MissingGraphFunctions];
        foreach (string function in functions.Except(Unreported).Except(Started))
        {
            for (int nth = 1; nth <= 2; nth++)
            {
                StubDriver.Begin();
                StubDriver.Fail(function, 999, nth);
                try
                {
                    UseEverything();
                    Assert.That(nth, Is.EqualTo(2), $"{function} was not called, or its failure not noticed");
                }
                catch (CudaException exception)
                {
                    Assert.That((exception.Call, exception.Code), Is.EqualTo((function, 999)), exception.Message);
                    Assert.That(exception.Message, Does.Contain(function == "cuMemGetInfo_v2" ? "unknown" : $"{function}: error 999").And.Not.Contain("\n"));
                }

                StubDriver.AssertNothingIsLeft();
            }
        }
    }

    [Test]
    public void ReleasesThatFailDoNotThrowOutOfDispose()
    {
        foreach (string function in Unreported)
        {
            StubDriver.Begin();
            StubDriver.Fail(function, 999);
            Assert.DoesNotThrow(UseEverything, function);
        }
    }

    [Test]
    public void TextThatDoesNotCompileIsQuotedFromTheDriversLog()
    {
        KernelReference bad = kernels.Add(MadeKernels.Image("bad", extra: "// error: unknown instruction fmad"));
        using CudaDevice device = Open();
        var error = Assert.Throws<CudaException>(() => device.Launch(bad, One, Eight));
        Assert.That(error!.Message, Does.StartWith(
            "cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX (a PTX JIT compilation failed): kernel bad for sm_80: ptxas application ptx input, line 9; error   : unknown instruction fmad"));
        Assert.That(error.Message, Does.Not.Contain("warning").And.Not.Contain("\n"));
        Assert.That(error.Kernel, Is.EqualTo("bad"));
        Assert.Throws<CudaException>(() => device.Prepare([new(good, One, Eight), new(bad, One, Eight)]));
        device.Launch(good, One, Eight);
        device.Synchronize();
        Assert.That(StubDriver.Live("module"), Is.EqualTo(1));
    }

    [Test]
    public void KernelsThatDoNotFitTheDeviceAreNamed()
    {
        KernelReference newer = kernels.Add(MadeKernels.Image("newer", target: "sm_100")), lost = kernels.Add(MadeKernels.Image("lost", entry: "found"));
        KernelReference wide = kernels.Add(MadeKernels.Image("wide", threads: 512));
        using CudaDevice device = Open();
        Assert.That(Assert.Throws<CudaException>(() => device.Launch(newer, One, Eight))!.Message, Does.StartWith("cuModuleLoadDataEx: CUDA_ERROR_NO_BINARY_FOR_GPU").And.Contain("newer for sm_100"));
        Assert.That(Assert.Throws<CudaException>(() => device.Launch(lost, One, Eight))!.Message, Does.StartWith("cuModuleGetFunction: CUDA_ERROR_NOT_FOUND").And.Contain("kernel lost for"));
        StubDriver.Set("max_threads", 256);
        StubDriver.Set("registers", 200);
        Assert.That(Assert.Throws<CudaException>(() => device.Launch(wide, One, Eight))!.Message, Is.EqualTo(
            "Kernel wide runs with 256 threads a block at most, it was built for 512: it takes 200 registers a thread. Build it with launch bounds for fewer threads."));
        Assert.That(StubDriver.Live("module"), Is.Zero);
        StubDriver.Fail("cuLaunchKernel", 701);
        var error = Assert.Throws<CudaException>(() => device.Launch(good, new(2, 1, 1, 256), Eight));
        Assert.That(error!.Message, Is.EqualTo(
            "cuLaunchKernel: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (too many resources requested for launch): kernel good, 2 x 1 x 1 blocks of 256 threads, 200 registers a thread, "
            + "0 bytes of shared memory a block. Use fewer threads in a block or less shared memory."));
        device.Launch(good, One, Eight);
        Assert.That(Assert.Throws<KernelPackException>(() => device.Launch(new KernelReference("absent"), One, []))!.Message, Does.Contain("absent"));
    }

    [Test]
    public void ALostDeviceSaysTheSameForEverAndIsStillReleased()
    {
        StubDriver.Fault("other", 700);
        CudaDevice device = Open();
        ulong memory = device.Allocate(100);
        device.Write(memory, [1]);
        ILaunchSequence sequence = device.Prepare([new(good, One, Eight)]);
        device.Launch(good, One, Eight);
        device.Synchronize();
        device.Launch(other, One, Eight);
        var first = Assert.Throws<CudaException>(() => device.Read(memory, new byte[1]));
        Assert.That(first!.Message, Is.EqualTo(
            "cuEventSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (an illegal memory access was encountered): kernel other. "
            + "The device is lost to this process: start it again; ADJOINT_DEBUG=4 waits after each kernel and names the one that fails."));
        StubDriver.Clear();
        foreach (Action later in (Action[])[
            () => device.Launch(good, One, Eight), () => device.Allocate(1), () => device.Free(memory), () => device.Write(memory, [1]), () => device.Read(memory, new byte[1]),
            () => device.Copy(memory, memory, 1), () => device.Fill(memory, 1, 1), () => device.Synchronize(), sequence.Run, () => device.Prepare([]), () => device.TimeEach([]), () => device.Trim()])
        {
            var error = Assert.Throws<CudaException>(() => later());
            Assert.That((error!.Message, error.Kernel, error.Code, error.Call), Is.EqualTo((first.Message, "other", 700, "cuEventSynchronize")));
        }

        Assert.That(StubDriver.Log, Is.Empty, "a lost device is not asked again");
        device.Dispose();
        sequence.Dispose();
        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void AmongSeveralKernelsTheCulpritIsNamedOnceEachIsWaitedFor()
    {
        StubDriver.Fault("other", 700);
        using (CudaDevice device = Open())
        {
            device.Launch(other, One, Eight);
            device.Launch(good, One, Eight);
            var error = Assert.Throws<CudaException>(device.Synchronize);
            Assert.That(error!.Message, Does.StartWith("cuStreamSynchronize: ").And.Contain("kernel good was launched last, it or one of the 1 before it failed."));
        }

        StubDriver.Begin();
        StubDriver.Fault("other", 700);
        Settings.DebugLevel = 4;
        using (CudaDevice device = Open())
        {
            ILaunchSequence sequence = device.Prepare([new(good, One, Eight), new(other, One, Eight), new(good, One, Eight)]);
            device.Launch(good, One, Eight);
            StubDriver.Clear();
            var error = Assert.Throws<CudaException>(sequence.Run);
            Assert.That(error!.Message, Does.Contain("encountered): kernel other. "));
            Assert.That(error.Kernel, Is.EqualTo("other"));
            Assert.That(StubDriver.Log.Select(line => line.Split(' ')[0]), Is.EqualTo((string[])["cuLaunchKernel", "cuStreamSynchronize", "cuLaunchKernel", "cuStreamSynchronize"]));
        }

        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void ARecordingThatFailsEndsAndTheStreamGoesOn()
    {
        using CudaDevice device = Open();
        device.Launch(good, One, Eight);
        StubDriver.Fail("cuLaunchKernel", 1, nth: 2);
        var error = Assert.Throws<CudaException>(() => device.Prepare([new(good, One, Eight), new(other, One, Eight)]));
        Assert.That((error!.Call, error.Kernel), Is.EqualTo(("cuLaunchKernel", "other")));
        Assert.That(StubDriver.Log[^2..], Is.EqualTo((string[])["cuStreamEndCapture 1", "cuGraphDestroy"]));
        device.Synchronize();
        using ILaunchSequence sequence = device.Prepare([new(good, One, Eight)]);
        sequence.Run();
    }
}
