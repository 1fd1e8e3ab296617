using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>What is reported of OpenCL and of its absence: by made-up devices, and by this machine's.</summary>
public sealed class OpenClReportTests
{
    static readonly string[] Names = ["libOpenCL.so.1", "libOpenCL.so"];

    static OpenClDevice Device(int index, int major = 3, bool hasAddresses = true, bool hasDoubles = true) => new(index, $"Chip {index}", "Maker", major, 0, hasAddresses, hasDoubles, 3L << 29, 12);

    [Test]
    public void WithoutALibraryTheNamesAreListed() => Assert.That(
        new OpenClReport(null, Names, []).Problem, Does.StartWith("No OpenCL library (libOpenCL.so.1, libOpenCL.so). Install ").And.EndsWith(", or use cpu."));

    [Test]
    public void WithoutADeviceTheLibraryIsNamed() => Assert.That(new OpenClReport("libOpenCL.so.1", Names, []).Problem, Does.StartWith("The OpenCL library libOpenCL.so.1 has no device. Install "));

    [Test]
    public void DevicesAreDescribed()
    {
        var report = new OpenClReport("libOpenCL.so.1", Names, [Device(0), Device(1, major: 2)]);
        Assert.That(report.Problem, Is.Null);
        Assert.That(report.ToString(), Is.EqualTo(
            "library libOpenCL.so.1\nopencl:0 Chip 0 by Maker, OpenCL C 3.0, 12 compute units, 1.5 GiB\nopencl:1 Chip 1 by Maker, OpenCL C 2.0, 12 compute units, 1.5 GiB"));
    }

    [TestCase(1, true, true, "OpenCL C 2.0")]
    [TestCase(3, false, true, "generic addresses")]
    [TestCase(3, true, false, "f64")]
    public void WhatADeviceLacksIsSaid(int major, bool hasAddresses, bool hasDoubles, string missing)
    {
        OpenClDevice old = Device(1, major, hasAddresses, hasDoubles);
        Assert.That(old.IsSupported, Is.False);
        Assert.That(new OpenClReport("libOpenCL.so.1", Names, [Device(0), old]).Problem, Is.EqualTo(
            $"Kernels do not run on opencl:1 Chip 1 by Maker, OpenCL C {major}.0 ({missing} is needed), 12 compute units, 1.5 GiB. Use another device, or cpu."));
    }

    [Test]
    public void ThisMachinesReportAgreesWithWhatCanBeOpened()
    {
        OpenClReport report = OpenClPlatform.Probe();
        TestContext.Out.WriteLine(report);
        Assert.That(report.Devices.Count == 0 || report.LoadedFrom is not null);
        for (int i = 0; i <= report.Devices.Count; i++)
        {
            using AcceleratorDevice? device = AcceleratorDevice.OpenCL(i);
            Assert.That(device?.Description, Is.EqualTo(i < report.Devices.Count && report.Devices[i].IsSupported ? report.Devices[i].Description : null), $"opencl:{i}");
        }

        Assert.That(AcceleratorDevice.OpenCL(-1), Is.Null);
    }
}
