using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Chains are found again: in the process by their structure, on disk by that and by the assemblies of their operators.</summary>
[NonParallelizable]
public sealed class ChainCacheTests
{
    static ChainKernel Chain(Type op, int output = 1) => new(
        [new(typeof(float), ChainAccess.Dense)],
        [new(ChainStepKind.Unary, op, 0, 0, 0, typeof(float), output == 1 ? -1 : 1), new(ChainStepKind.Binary, typeof(Multiply), 0, 1, 0, typeof(float), 0)]);

    [Test]
    public void AStructureIsWrittenOnce()
    {
        Kernel first = KernelTable.Find(Chain(typeof(Exp)));
        Assert.That(KernelTable.Find(Chain(typeof(Exp))), Is.SameAs(first));
        Assert.That(first.Name, Is.EqualTo(Chain(typeof(Exp)).Name));
        Assert.That(KernelTable.Find(Chain(typeof(Log))).Method, Is.Not.EqualTo(first.Method));
        Assert.That(Chain(typeof(Exp), 0).Name, Is.Not.EqualTo(first.Name));
        Assert.That(Enum.GetValues<ChainAccess>().Select(static access => new ChainKernel([new(typeof(int), access)], [new(ChainStepKind.Copy, null, 0, 0, 0, typeof(int), 0)]).Name), Is.Unique);
    }

    [Test]
    public void AKeyIsThatOfTheStructureAndNotOfTheWrittenAssembly()
    {
        string? key = KernelKey.Of(ChainTable.Write(Chain(typeof(Exp))), KernelTarget.Sm90);
        Assert.That(key, Is.Not.Null);
        Kernel again = ChainTable.Write(Chain(typeof(Exp)));
        Assert.That(KernelKey.Of(again, KernelTarget.Sm90), Is.EqualTo(key));
        Assert.That(KernelKey.Of(again, KernelTarget.Sm80), Is.Not.EqualTo(key));
        Assert.That(KernelKey.Of(ChainTable.Write(Chain(typeof(Log))), KernelTarget.Sm90), Is.Not.EqualTo(key));
    }

    [Test]
    public void ASecondProcessFindsWhatTheFirstCompiled()
    {
        string folder = Directory.CreateTempSubdirectory("adjoint-chains-").FullName;
        try
        {
            KernelImage first;
            using (var compiler = new KernelCompiler(new KernelCache(folder))) first = new CompiledKernels(compiler).Find(Chain(typeof(Exp)), 9, 0);
            using (var compiler = new KernelCompiler(new KernelCache(folder)))
            {
                // Written anew, as another process would.
                KernelImage second = compiler.Compile(ChainTable.Write(Chain(typeof(Exp))), KernelTarget.Sm90);
                Assert.That(compiler.CompiledCount, Is.Zero);
                Assert.That(second.Text, Is.EqualTo(first.Text));
                Assert.That(new CompiledKernels(compiler).CompilesChains, Is.True);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void OperatorsMayBeHidden()
    {
        ChainKernel chain = new([new(typeof(float), ChainAccess.Dense)], [new(ChainStepKind.Unary, typeof(Twice), 0, 0, 0, typeof(float), 0), new(ChainStepKind.Compare, typeof(Above), 1, 0, 1, typeof(byte), 1)]);
        using var compiler = new KernelCompiler();
        Assert.That(compiler.Compile(KernelTable.Find(chain), KernelTarget.Sm80).Text, Does.Contain(chain.Name).And.Contain("setp.gt.f32"));
    }

    [Test]
    public void ManyInputsAndNothingToDo()
    {
        const int Inputs = 16, Count = 6;
        var inputs = Enumerable.Repeat(new ChainInput(typeof(int), ChainAccess.Dense), Inputs);
        var steps = Enumerable.Range(0, Inputs - 1).Select(static i => new ChainStep(ChainStepKind.Binary, typeof(Add), i == 0 ? 0 : Inputs + i - 1, i + 1, 0, typeof(int), i == Inputs - 2 ? 0 : -1));
        var chain = new ChainKernel([.. inputs], [.. steps]);
        TestMemory<int>[] memories = [.. Enumerable.Range(1, Inputs).Select(static i => SimulatedDevice.Simulator.Memory<int>([.. Enumerable.Range(0, Count).Select(place => i * (place + 1))]))];
        using TestMemory<int> sums = SimulatedDevice.Simulator.Zeros<int>(Count);
        object[] operators = [.. Enumerable.Repeat((object)default(Add), Inputs - 1)];
        object[] views = [.. memories.Select(static memory => (object)memory.View), sums.View];
        SimulatedDevice.Simulator.Launch(chain, new LaunchGrid(1, 1, 1, 32), [.. views, 0L, .. operators]);
        Assert.That(sums.Read(), Is.All.Zero);
        SimulatedDevice.Simulator.Launch(chain, new LaunchGrid(1, 1, 1, 32), [.. views, (long)Count, .. operators]);
        Assert.That(sums.Read(), Is.EqualTo(Enumerable.Range(1, Count).Select(static place => 136 * place)));
        Assert.That(chain.Grid(0, 32).IsEmpty);
        Assert.That(chain.Grid(1025, 256), Is.EqualTo(new LaunchGrid(2, 1, 1, 256)));
        foreach (TestMemory<int> memory in memories) memory.Dispose();
    }

    readonly struct Twice(double shift) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => x + x + V.From(shift);
    }

    readonly struct Above : IComparison
    {
        public bool Holds<T>(T x, T y) where T : unmanaged, System.Numerics.INumber<T> => x > y;

        public System.Runtime.Intrinsics.Vector256<T> Holds<T>(System.Runtime.Intrinsics.Vector256<T> x, System.Runtime.Intrinsics.Vector256<T> y)
            where T : unmanaged, System.Numerics.INumber<T> => System.Runtime.Intrinsics.Vector256.GreaterThan(x, y);
    }
}
