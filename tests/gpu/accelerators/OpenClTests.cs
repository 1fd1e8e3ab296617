using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Kernels on a device of the system's OpenCL, where there is one.</summary>
[NonParallelizable]
public sealed class OpenClTests
{
    AcceleratorDevice? device;

    [OneTimeSetUp]
    public void Open()
    {
        device = AcceleratorDevice.OpenCL();
        if (device is null) Assert.Ignore("no OpenCL device that ILGPU can use");
        TestContext.Progress.WriteLine(device!.Description);
    }

    [OneTimeTearDown]
    public void Close() => device?.Dispose();

    [Test]
    public void EveryKernelThatNeedsNoWarpsCompiles()
    {
        var failures = new List<string>();
        foreach (Kernel kernel in KernelTable.Checked)
        {
            try
            {
                device!.Load(kernel);
                TestContext.Out.WriteLine($"{kernel}: compiles");
            }
            catch (KernelLaunchException exception)
            {
                TestContext.Out.WriteLine(exception.Message);
                if (!exception.Message.Contains("needs ", StringComparison.Ordinal)) failures.Add(exception.Message);
            }
        }

        Assert.That(failures, Is.Empty);
    }
}
