using Adjoint.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>What is reported of drivers and devices, and of their absence.</summary>
[NonParallelizable]
public sealed class ProbeTests
{
    [SetUp]
    public void Begin() => StubDriver.Begin();

    [Test]
    public void AWorkingDriverIsDescribedWithItsDevices()
    {
        StubDriver.Set("devices", 2);
        StubDriver.Set("memory", 80L << 30);
        DriverReport report = CudaDriver.Probe(StubDriver.Path());
        Assert.That(report.IsUsable, Is.True, report.Problem);
        Assert.That(report.LoadedFrom, Is.EqualTo(StubDriver.Path()));
        Assert.That(report.Version, Is.EqualTo(12040));
        Assert.That(report.Devices, Is.EqualTo(new[] { new DriverDevice(0, "Stub 0", 9, 0, 80L << 30, 132), new DriverDevice(1, "Stub 1", 9, 0, 80L << 30, 132) }));
        Assert.That(report.ToString(), Is.EqualTo(
            $"driver library {StubDriver.Path()}, version 12.4\ncuda:0 Stub 0, compute capability 9.0, 132 multiprocessors, 80.0 GiB\ncuda:1 Stub 1, compute capability 9.0, 132 multiprocessors, 80.0 GiB"));
        Assert.That(StubDriver.Live("context"), Is.Zero, "a report opens no device");
    }

    [Test]
    public void AMissingLibraryIsNamedWithThePlacesThatWereSearched()
    {
        DriverReport report = CudaDriver.Probe("/nowhere/libcuda.so.1");
        Assert.That(report.IsUsable, Is.False);
        Assert.That(report.Searched, Is.EqualTo((string[])["/nowhere/libcuda.so.1"]));
        Assert.That(report.Problem, Is.EqualTo("No CUDA driver: /nowhere/libcuda.so.1 does not exist. Change or unset ADJOINT_CUDA_DRIVER."));
        Assert.That(report.ToString(), Does.StartWith("no driver library (/nowhere/libcuda.so.1)\n"));
        Assert.That(CudaDriver.Probe(System.IO.Path.Combine(Repository.Root, "LICENSE")).Problem, Does.Contain("LICENSE is not a library that this process can load"));
        Assert.That(Assert.Throws<CudaException>(() => CudaDriver.Load("/nowhere/libcuda.so.1"))!.Message, Is.EqualTo(report.Problem));
    }

    [Test]
    public void WithoutASettingTheSystemsDriverIsLookedFor()
    {
        if (Settings.CudaDriverPath is not null) Assert.Ignore("ADJOINT_CUDA_DRIVER is set");
        DriverReport report = CudaDriver.Probe();
        Assert.That(report.Searched[0], Is.EqualTo("libcuda.so.1"));
        Assert.That(report.LoadedFrom is null, Is.EqualTo(report.Searched.Count == 2 && report.Problem!.EndsWith("Install NVIDIA's driver (525 or newer), or use --device cpu.", StringComparison.Ordinal)));
    }

    [Test]
    public void MissingFunctionsAreNamed()
    {
        Assert.That(CudaDriver.Probe(StubDriver.Path("-DNO_LAUNCH")).Problem, Does.Contain("lacks cuLaunchKernel. Install driver 525 or newer"));
        DriverReport nothing = CudaDriver.Probe(StubDriver.Path("-DNOT_A_DRIVER"));
        Assert.That(nothing.MissingFunctions, Has.Count.EqualTo(35));
        Assert.That(nothing.MissingGraphFunctions, Has.Count.EqualTo(6));
        DriverReport graphs = CudaDriver.Probe(StubDriver.Path("-DNO_GRAPHS"));
        Assert.That(graphs.IsUsable, Is.True, "without graphs launches go out one by one");
        Assert.That(graphs.MissingGraphFunctions, Has.Member("cuGraphLaunch").And.Member("cuStreamBeginCapture_v2"));
        Assert.That(graphs.ToString(), Does.Contain("\nno graphs: cuStreamBeginCapture_v2, "));
    }

    [Test]
    public void AnOldDriverIsTold()
    {
        StubDriver.Set("version", 11080);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Is.EqualTo("The CUDA driver is of version 11.8, the kernels need 12.0. Install driver 525 or newer."));
    }

    [Test]
    public void ErrorsOfTheStartComeWithTheirRemedy()
    {
        StubDriver.Set("devices", 0);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Does.StartWith("cuInit: CUDA_ERROR_NO_DEVICE (no CUDA-capable device is detected). Is a GPU built in"));
        StubDriver.Set("devices", 1);
        StubDriver.Set("init", 803);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Does.StartWith("cuInit: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH").And.EndsWith("restart the machine after the driver's update."));
        StubDriver.Set("init", 4711);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Is.EqualTo("cuInit: error 4711. See adjoint doctor."));
        StubDriver.Set("init", 0);
        StubDriver.Fail("cuDriverGetVersion", 803);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Does.StartWith("cuDriverGetVersion: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"));
    }

    [Test]
    public void DevicesWithoutKernelsAreTold()
    {
        StubDriver.Set("major", 7);
        StubDriver.Set("minor", 5);
        DriverReport report = CudaDriver.Probe(StubDriver.Path());
        Assert.That(report.Problem, Is.EqualTo("No device has compute capability 8.0 or more, which the kernels need. Use --device cpu."));
        Assert.That(report.ToString(), Does.Contain("compute capability 7.5 (8.0 is needed)"));
    }

    [TestCase("cuDeviceGetCount")]
    [TestCase("cuDeviceGet")]
    [TestCase("cuDeviceGetName")]
    [TestCase("cuDeviceTotalMem_v2")]
    [TestCase("cuDeviceGetAttribute")]
    public void AReportNeverThrows(string function)
    {
        StubDriver.Fail(function, 101);
        Assert.That(CudaDriver.Probe(StubDriver.Path()).Problem, Does.StartWith($"{function}: error 101"));
    }
}
