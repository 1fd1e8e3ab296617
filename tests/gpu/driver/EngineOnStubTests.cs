using Adjoint.Gpu;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>The engine over our CUDA runtime and the stand-in for the driver: what a program's ops, steps and plans ask of the driver. The stand-in computes two kernels only; values of the others are tested
/// on the simulator.</summary>
[NonParallelizable]
public sealed class EngineOnStubTests
{
    // Not a number that a machine's own devices have.
    static readonly Adjoint.Device Cuda = new(DeviceKind.Cuda, 63);

    static readonly KernelCompiler Compiler = new();

    CudaDevice? device;

    [SetUp]
    public void Open()
    {
        StubDriver.Begin();
        device = CudaDevice.Open(0, new CompiledKernels(Compiler), StubDriver.Driver);
        Backends.Register(new DeviceBackend(Cuda, device));
    }

    [TearDown]
    public void Close()
    {
        if (device is null) return;
        device.Dispose();
        StubDriver.AssertNothingIsLeft();
    }

    [OneTimeTearDown]
    public void Release() => Compiler.Dispose();

    [Test]
    public void EagerOpsLaunchKernelsAndReadsBringTheirNumbers()
    {
        Tensor x = Tensor.Range(7, -3, 1, DType.F32, Cuda);
        Assert.That(x.Relu().Read<float>(), Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 2, 3 }));
        Assert.That(StubDriver.Log.Count(static line => line.StartsWith("cuLaunchKernel", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public void ATrainingStepIsOneCallOfTheDriverAndAllocatesNothing()
    {
        Adjoint.Device before = Settings.DefaultDevice;
        try
        {
            Settings.DefaultDevice = Cuda;
            var generator = new Generator(new Key(1));
            var model = new Mlp([8, 16, 4], Activation.Silu);
            var set = new ParameterSet(model, new Key(2));
            var optimizer = new AdamW(set, 1e-3) { Clip = new GradientClip(set, 1) };
            Tensor data = Tensor.Zeros([100, 8]), labels = Tensor.Zeros([100], DType.I64);
            Plan plan = Plan.Record(() =>
            {
                Tensor rows = generator.Integers([32], 0, 100);
                Tensor loss = Losses.CrossEntropy(model.Forward(data.Select(0, rows)), labels.Select(0, rows));
                optimizer.Update(loss);
                return loss;
            });
            plan.Run();
            StubDriver.Clear();
            Assert.That(Allocation.Of(plan.Run), Is.Zero);
            string[] log = StubDriver.Log;
            Assert.That(log.Count(static line => line.StartsWith("cuGraphLaunch", StringComparison.Ordinal)), Is.GreaterThan(0));
            Assert.That(log.Where(static line => !line.StartsWith("cuGraphLaunch", StringComparison.Ordinal) && !line.StartsWith("graph ", StringComparison.Ordinal)), Is.Empty, "nothing but the graph");
        }
        finally
        {
            Settings.DefaultDevice = before;
        }
    }

    [Test]
    public void StepsHoldFlatMemory()
    {
        Tensor x = Tensor.Range(1000, 0, 1, DType.F32, Cuda);
        void Iterate()
        {
            using var step = Step.Begin();
            Tensor y = x;
            for (int i = 0; i < 10; i++) y = y.Relu();
        }

        Iterate();
        MemoryStatistics first = device!.Memory;
        StubDriver.Clear();
        for (int i = 0; i < 50; i++) Iterate();
        Assert.That(device.Memory.InUse, Is.EqualTo(first.InUse));
        Assert.That(StubDriver.Log.Where(static line => line.StartsWith("cuMemAlloc", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void AFaultNamesTheKernelThatRanLast()
    {
        Tensor x = Tensor.Range(5, 0, 1, DType.F32, Cuda);
        StubDriver.Fault("dense_unary_Relu_f32", 700);
        Tensor y = x.Relu();
        Assert.That(() => y.Read<float>(), Throws.TypeOf<CudaException>().With.Message.Contains("dense_unary_Relu_f32"));
    }
}
