using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>The engine on a device whose kernels come from a pack: what it launches depends on what the pack has. The stand-in for the driver says that it is of compute capability 9.0.</summary>
[NonParallelizable]
public sealed class PackOnStubTests
{
    static readonly Adjoint.Device Cuda = new(DeviceKind.Cuda, 61);

    static readonly KernelCompiler Compiler = new();

    [OneTimeTearDown]
    public void Release() => Compiler.Dispose();

    [TestCase("sm_80", "matmul_6_bf16_WarpTile64_AlongInner_AlongLines_Unchanged")]
    [TestCase("sm_90", "matmul_7_wgmma_GroupTile64_AlongInner_AlongLines_Unchanged")]
    public void AProductOfBf16TakesTheBestKernelOfThePack(string target, string expected)
    {
        StubDriver.Begin();
        KernelTarget chosen = KernelTarget.Known.First(one => one.Name == target);
        var pack = Compiler.Pack("products", EngineKernels.Needed.Values.Where(static kernel => kernel.Name.StartsWith("matmul_", StringComparison.Ordinal)), [chosen]);
        using (CudaDevice device = CudaDevice.Open(0, new PackedKernels(pack), StubDriver.Driver))
        {
            var backend = new DeviceBackend(Cuda, device);
            Backends.Register(backend);
            MatMulPrecision before = Settings.DevicePrecision;
            Settings.DevicePrecision = MatMulPrecision.Bf16;
            try
            {
                Tensor left = Tensor.From(new float[1088 * 1024], [1088, 1024]).To(Cuda), right = Tensor.From(new float[1024 * 1152], [1024, 1152]).To(Cuda);
                StubDriver.Clear();
                Assert.That(left.MatMul(right).Read<float>(), Has.Length.EqualTo(1088 * 1152));
            }
            finally
            {
                Settings.DevicePrecision = before;
            }
        }

        string[] launched = [.. StubDriver.Log.Where(static line => line.StartsWith("cuLaunchKernel ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[1])];
        Assert.That(launched, Is.EqualTo(new[] { "matmul_to_bf16", "matmul_to_bf16", expected }));
    }

    [Test]
    public void APackSaysWhatItHasForADevice()
    {
        var pack = new PackedKernels(new KernelPack("one", [MadeKernels.Image("everywhere"), MadeKernels.Image("here", target: "sm_90a"), MadeKernels.Image("newer", target: "sm_90")]));
        (string Name, int Major, int Minor, bool Has)[] cases =
        [
            ("everywhere", 8, 0, true), ("everywhere", 12, 0, true), ("here", 8, 0, false), ("here", 9, 0, true), ("here", 10, 0, false), ("newer", 8, 9, false), ("newer", 9, 0, true), ("absent", 9, 0, false),
        ];
        foreach (var (name, major, minor, has) in cases) Assert.That(pack.Has(new KernelReference(name), major, minor), Is.EqualTo(has), $"{name} {major}.{minor}");
    }
}
