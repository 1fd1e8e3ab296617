using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>Launches: what reaches the driver, what is refused before, what it costs, graphs and times.</summary>
[NonParallelizable]
public sealed class LaunchTests
{
    static readonly LaunchGrid One = new(1, 1, 1, 32);

    [SetUp]
    public void Begin() => StubDriver.Begin();

    [Test]
    public void ArgumentsReachTheDriverBitByBit()
    {
        using var compiler = new KernelCompiler();
        var source = new CompiledKernels(compiler);
        using (CudaDevice device = CudaDevice.Open(0, source, StubDriver.Driver))
        {
            Nest nest = default;
            nest.Rank = 2;
            nest.Axis1 = new NestAxis { Size = 7, Step0 = -3, Step2 = 5 };
            DeviceView a = new(0x1122334455667700, 12), b = new(0x100, 13), c = new(0x200, 14);
            MatrixProduct product = MatrixProduct.Dense(30, 20, 10);
            Launch(device, source, new KernelReference("dense_unary", typeof(Relu), typeof(double)), new(5, 1, 1, 256), a, b, 12L, default(Relu));
            Launch(device, source, new KernelReference("dense_unary", typeof(Power), typeof(double)), new(1, 1, 1, 64), a, b, 12L, new Power(2.5));
            Launch(device, source, new KernelReference("strided_binary", typeof(Multiply), typeof(float)), new(2, 1, 1, 256), a, b, c, 12, nest, default(Multiply));
            Launch(device, source, new KernelReference("strided_sequence", typeof(double)), new(1, 1, 1, 32), a, 12, 0.5, -2.0);
            Launch(device, source, new KernelReference("matmul_4_vector", "Tile128", "AlongInner", "AlongLines", typeof(Unchanged)), new(3, 2, 4, 256), a, b, c, a, product, default(Unchanged));
        }

        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void KernelsOfThePackComputeOnTheStandIn()
    {
        using var compiler = new KernelCompiler();
        KernelReference sequence = new("strided_sequence", typeof(float)), relu = new("dense_unary", typeof(Relu), typeof(float));
        KernelPack pack = KernelPack.FromBytes(compiler.Pack("two", [KernelTable.Find(sequence), KernelTable.Find(relu)], KernelTarget.Checked).ToBytes());
        using CudaDevice device = CudaDevice.Open(0, new PackedKernels(pack), StubDriver.Driver);
        ulong x = device.Allocate(400), y = device.Allocate(400);
        device.Launch(sequence, One, Arguments(new DeviceView(x, 100), 100, -5.0, 0.25));
        device.Launch(relu, One, Arguments(new DeviceView(x, 100), new DeviceView(y, 100), 100L, default(Relu)));
        var result = new float[100];
        device.Read(y, System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.AsSpan()));
        Assert.That(result, Is.EqualTo(Enumerable.Range(0, 100).Select(i => Math.Max(0, -5 + (0.25f * i)))));

        // Places beyond the memory lose the stand-in as they lose a device.
        device.Launch(relu, One, Arguments(new DeviceView(x, 1 << 20), new DeviceView(y, 1 << 20), 1L << 20, default(Relu)));
        Assert.That(Assert.Throws<CudaException>(device.Synchronize)!.Message, Does.Contain("CUDA_ERROR_ILLEGAL_ADDRESS").And.Contain("kernel dense_unary_Relu_f32. "));
    }

    [Test]
    public void KernelsAreLoadedOnceAndALaunchAllocatesNothing()
    {
        var kernels = new MadeKernels();
        using CudaDevice device = CudaDevice.Open(0, kernels, StubDriver.Driver);
        KernelReference kernel = kernels.Add("once");
        for (int i = 0; i < 3; i++) device.Launch(kernel, One, Eight(i));
        device.Launch(new KernelReference("once"), One, Eight(3));
        Assert.That(kernels.Finds, Is.EqualTo(2), "once a reference");
        Assert.That(StubDriver.Live("module"), Is.EqualTo(1), "references to the same kernel share it");
        Assert.That(StubDriver.Arguments("cuLaunchKernel", "once").Select(bytes => BitConverter.ToInt64(bytes)), Is.EqualTo(new long[] { 0, 1, 2, 3 }));

        StubDriver.Set("quiet", 1);
        byte[] arguments = Eight(4);
        using ILaunchSequence sequence = device.Prepare([new(kernel, One, arguments)]);
        Assert.That(Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++) device.Launch(kernel, One, arguments);
        }), Is.Zero);
        Assert.That(Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++) sequence.Run();
        }), Is.Zero);
    }

    [Test]
    public void LaunchesThatAKernelWasNotBuiltForAreRefusedByName()
    {
        var kernels = new MadeKernels();
        using CudaDevice device = CudaDevice.Open(0, kernels, StubDriver.Driver);
        KernelReference kernel = kernels.Add(MadeKernels.Image("narrow", threads: 128)), empty = kernels.Add(MadeKernels.Image("empty", argumentBytes: 0));
        void Refuse(LaunchGrid grid, int bytes, string what)
        {
            var error = Assert.Throws<CudaException>(() => device.Launch(kernel, grid, new byte[bytes]));
            Assert.That(error!.Message, Does.StartWith("Launch of kernel narrow: ").And.Contain(what));
            Assert.That(error.Kernel, Is.EqualTo("narrow"));
            Assert.Throws<CudaException>(() => device.Prepare([new(kernel, grid, new byte[bytes])]));
        }

        Refuse(One, 7, "7 bytes of arguments, it takes 8.");
        Refuse(One, 9, "9 bytes");
        Refuse(new(1, 1, 1, 129), 8, "blocks of 129 threads, it was built for 1 to 128.");
        Refuse(new(1, 1, 1, 0), 8, "blocks of 0 threads");
        Refuse(new(1, 65536, 1, 32), 8, "a grid of 1 x 65536 x 1 blocks");
        Refuse(new(1, 1, 65536, 32), 8, "at most 65535");
        Refuse(new(-1, 1, 1, 32), 8, "none is negative");
        StubDriver.Clear();
        device.Launch(kernel, new(0, 1, 1, 32), new byte[8]);
        Assert.That(StubDriver.Log, Is.Empty, "a grid without blocks runs nothing");
        device.Launch(empty, One, []);
        Assert.That(StubDriver.Log[^1], Is.EqualTo("cuLaunchKernel empty grid=1,1,1 block=32,1,1 shared=0 args="));
    }

    [Test]
    public void MoreThan48KBOfSharedMemoryAreAskedForAndTheDevicesLimitHolds()
    {
        var kernels = new MadeKernels();
        using CudaDevice device = CudaDevice.Open(0, kernels, StubDriver.Driver);
        device.Launch(kernels.Add(MadeKernels.Image("plain", dynamicShared: 49152)), One, Eight(0));
        Assert.That(StubDriver.Log.Any(line => line.StartsWith("cuFuncSetAttribute", StringComparison.Ordinal)), Is.False);
        Assert.That(StubDriver.Log[^1], Does.Contain("shared=49152"));
        device.Launch(kernels.Add(MadeKernels.Image("both", shared: 1024, dynamicShared: 48129)), One, Eight(0));
        Assert.That(StubDriver.Log, Has.Member("cuFuncSetAttribute both 8 48129"));
        device.Launch(kernels.Add(MadeKernels.Image("large", dynamicShared: 232448)), One, Eight(0));
        Assert.That(StubDriver.Log, Has.Member("cuFuncSetAttribute large 8 232448"));
        var error = Assert.Throws<CudaException>(() => device.Launch(kernels.Add(MadeKernels.Image("huge", shared: 4, dynamicShared: 232448)), One, Eight(0)));
        Assert.That(error!.Message, Is.EqualTo("Kernel huge takes 232452 bytes of shared memory, a block of this device 232448 at most. Choose a kernel with smaller tiles."));
    }

    [Test]
    public void ASequenceIsOneGraphWithTheArgumentsOfItsRecording()
    {
        var kernels = new MadeKernels();
        using (CudaDevice device = CudaDevice.Open(0, kernels, StubDriver.Driver))
        {
            KernelReference first = kernels.Add("first"), second = kernels.Add("second");
            byte[] arguments = Eight(1);
            ILaunchSequence sequence = device.Prepare([new(first, One, arguments), new(second, new(0, 1, 1, 32), Eight(9)), new(second, new(7, 1, 1, 64), Eight(2))]);
            Assert.That(StubDriver.Log.SkipWhile(line => !line.StartsWith("cuStreamBegin", StringComparison.Ordinal)), Is.EqualTo((string[])
            [
                "cuStreamBeginCapture_v2 1", "recorded first grid=1,1,1 block=32,1,1 shared=0 args=0100000000000000", "recorded second grid=7,1,1 block=64,1,1 shared=0 args=0200000000000000",
                "cuStreamEndCapture 2", "cuGraphInstantiateWithFlags", "cuGraphDestroy",
            ]), "kernels are loaded before, for a stream that records takes no such call");
            arguments[0] = 77;
            StubDriver.Clear();
            sequence.Run();
            sequence.Run();
            Assert.That(StubDriver.Log.Count(line => line == "cuGraphLaunch"), Is.EqualTo(2));
            Assert.That(StubDriver.Log.Any(line => line.StartsWith("cuLaunchKernel", StringComparison.Ordinal)), Is.False);
            Assert.That(StubDriver.Arguments("graph", "first"), Is.EqualTo(new[] { Eight(1), Eight(1) }));
            sequence.Dispose();
            sequence.Dispose();
            Assert.That(StubDriver.Live("exec"), Is.Zero);
            Assert.Throws<ObjectDisposedException>(sequence.Run);
            ILaunchSequence left = device.Prepare([new(first, One, arguments)]), nothing = device.Prepare([]);
            nothing.Run();
            Assert.That(StubDriver.Live("exec"), Is.EqualTo(1));
            device.Dispose();
            StubDriver.AssertNothingIsLeft();
            left.Dispose();
            Assert.Throws<ObjectDisposedException>(left.Run);
        }

        StubDriver.AssertNothingIsLeft();
    }

    [Test]
    public void ADriverWithoutGraphsGetsTheLaunchesOneByOne()
    {
        var kernels = new MadeKernels();
        string path = StubDriver.Path("-DNO_GRAPHS");
        using CudaDevice device = CudaDevice.Open(0, kernels, CudaDriver.Load(path));
        byte[] arguments = Eight(1);
        using ILaunchSequence sequence = device.Prepare([new(kernels.Add("first"), One, arguments), new(kernels.Add("second"), One, Eight(2))]);
        Assert.That(StubDriver.LogOf(path), Does.Not.Contain("cuLaunchKernel"));
        arguments[0] = 77;
        sequence.Run();
        Assert.That(StubDriver.LogOf(path), Does.Contain("cuLaunchKernel first grid=1,1,1 block=32,1,1 shared=0 args=01").And.Contain("cuLaunchKernel second"));
    }

    [Test]
    public void LaunchesAreTimedOneByOne()
    {
        var kernels = new MadeKernels();
        using CudaDevice device = CudaDevice.Open(0, kernels, StubDriver.Driver);
        KernelReference kernel = kernels.Add("timed");
        double[] seconds = device.TimeEach([new(kernel, new(3, 1, 1, 32), Eight(0)), new(kernel, new(0, 1, 1, 32), Eight(0)), new(kernel, new(5, 1, 1, 32), Eight(0))]);
        Assert.That(seconds, Is.EqualTo(new[] { 0.003, 0, 0.005 }).Within(1e-9), "the stand-in takes a millisecond for each block across");
        Assert.That(StubDriver.Live("event"), Is.Zero);
        Assert.That(device.Resources(kernel), Is.EqualTo(new KernelResources(32, 0, 0, 256)));
    }

    [Test]
    public void PacksGiveTheNewestTargetThatADeviceRuns()
    {
        KernelImage[] images = [.. ((string[])["sm_80", "sm_90", "sm_90a", "sm_86"]).Select(target => MadeKernels.Image("a", target: target)), MadeKernels.Image("ab", target: "sm_90a")];
        var source = new PackedKernels(new KernelPack("mine", images));
        KernelReference a = new("a"), ab = new("ab");
        Assert.That(source.Find(a, 8, 0).Target, Is.EqualTo("sm_80"));
        Assert.That(source.Find(a, 8, 9).Target, Is.EqualTo("sm_86"));
        Assert.That(source.Find(a, 9, 0).Target, Is.EqualTo("sm_90a"));
        Assert.That(source.Find(a, 10, 0).Target, Is.EqualTo("sm_90"), "sm_90a runs on 9.0 only");
        Assert.That(Assert.Throws<KernelPackException>(() => source.Find(a, 7, 5))!.Message, Is.EqualTo(
            "Kernel pack mine: a is for sm_80, sm_90, sm_90a, sm_86, none of which runs on compute capability 7.5. Build the pack for this device too."));
        Assert.Throws<KernelPackException>(() => source.Find(ab, 10, 0));
        Assert.That(Assert.Throws<KernelPackException>(() => source.Find(new KernelReference("abc"), 9, 0))!.Message, Is.EqualTo(
            "Kernel pack mine: no kernel abc among its 2 for sm_80, sm_86, sm_90, sm_90a, the nearest of which are ab, a. Build the pack with it."));
        Assert.Throws<KernelPackException>(() => new PackedKernels(new KernelPack("bad", [MadeKernels.Image("a", target: "gfx900")])));
    }

    internal static byte[] Eight(long value) => BitConverter.GetBytes(value);

    static void Launch(CudaDevice device, CompiledKernels source, KernelReference kernel, LaunchGrid grid, params object[] arguments)
    {
        byte[] packed = Pack(arguments, out List<byte[]> each);
        device.Launch(kernel, grid, packed);
        KernelImage image = source.Find(kernel, 9, 0);
        byte[] seen = StubDriver.Arguments("cuLaunchKernel", kernel.Name).Single();
        Assert.That(StubDriver.Log[^1], Does.StartWith($"cuLaunchKernel {kernel.Name} grid={grid.X},{grid.Y},{grid.Z} block={grid.Threads},1,1 shared={image.DynamicSharedBytes} "));
        Assert.That(seen, Has.Length.EqualTo(image.ArgumentBytes), kernel.Name);
        Assert.That(image.Parameters, Has.Count.EqualTo(each.Count), kernel.Name);
        for (int i = 0; i < each.Count; i++)
            Assert.That(seen.AsSpan(image.Parameters[i].Offset, image.Parameters[i].Size).ToArray(), Is.EqualTo(each[i]), $"{kernel.Name}, argument {i}");
    }

    static byte[] Arguments(params object[] arguments) => Pack(arguments, out _);

    static byte[] Pack(object[] arguments, out List<byte[]> each)
    {
        var bytes = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
        each = [];
        foreach (object argument in arguments)
        {
            switch (argument)
            {
                case DeviceView view: Add(ref bytes, each, view); break;
                case int number: Add(ref bytes, each, number); break;
                case long number: Add(ref bytes, each, number); break;
                case double number: Add(ref bytes, each, number); break;
                case Nest nest: Add(ref bytes, each, nest); break;
                case MatrixProduct product: Add(ref bytes, each, product); break;
                case Relu op: Add(ref bytes, each, op); break;
                case Power op: Add(ref bytes, each, op); break;
                case Multiply op: Add(ref bytes, each, op); break;
                case Unchanged op: Add(ref bytes, each, op); break;
                default: throw new ArgumentException($"an argument of type {argument.GetType()}");
            }
        }

        return bytes.Bytes.ToArray();
    }

    static void Add<T>(ref LaunchArguments arguments, List<byte[]> each, T argument) where T : unmanaged
    {
        arguments.Add(argument);
        each.Add([.. System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in argument))]);
    }
}
