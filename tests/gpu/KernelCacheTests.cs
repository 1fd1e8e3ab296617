using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using ILGPU;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>The compiler around a kernel: failures, the cache on disk, kernel packs.</summary>
public sealed class KernelCacheTests
{
    string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("adjoint-kernels-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    static Kernel Good => KernelTable.Find("strided_copy").With(typeof(int));

    static KernelDescription Describe(string method) => new()
    {
        Family = "tests",
        Name = method.ToLowerInvariant(),
        Method = typeof(KernelCacheTests).GetMethod(method)!,
        Registers = (32, 32),
    };

    public static void Throws(ArrayView<float> x)
    {
        if (x.Length < 0) throw new InvalidOperationException("never");
        x[0] = 1;
    }

    public static void TakesText(ArrayView<float> x, string text) => x[0] = text.Length;

    [TestCase(nameof(Throws))]
    [TestCase(nameof(TakesText))]
    public void AFailedCompilationNamesTheKernelInOneLineAndSpoilsNothing(string method)
    {
        using var compiler = new KernelCompiler();
        string before = compiler.Compile(Good, KernelTarget.Sm80).Text;
        for (int i = 0; i < 2; i++)
        {
            var exception = Assert.Throws<KernelCompileException>(() => compiler.Compile(Describe(method).With(), KernelTarget.Sm90));
            Assert.That(exception!.Message, Does.StartWith($"Kernel {method.ToLowerInvariant()} does not compile for sm_90: ").And.Not.Contain("\n"));
            Assert.That(exception.Reason, Is.Not.Empty);
        }

        Kernel next = KernelTable.Find("reduce_rows").With(typeof(SumFold), typeof(Scalar32), typeof(BlockTeam));
        Assert.That(compiler.Compile(next, KernelTarget.Sm80).Text, Does.Contain("shfl.sync"));
        Assert.That(compiler.Compile(Good, KernelTarget.Sm80).Text, Is.SameAs(before));
    }

    [Test]
    public void ThreadsShareOneCompiler()
    {
        using var compiler = new KernelCompiler();
        Kernel[] kernels = [.. KernelTable.Checked.Take(12)];
        var names = new string[48];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            for (int i = thread; i < names.Length; i += 4) names[i] = compiler.Compile(kernels[i % 12], KernelTarget.Sm80).Name;
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(names, Is.EqualTo(Enumerable.Range(0, 48).Select(i => kernels[i % 12].Name)));
        Assert.That(compiler.CompiledCount, Is.EqualTo(12));
    }

    [Test]
    public void ASecondProcessFindsWhatTheFirstCompiled()
    {
        KernelImage first, second;
        using (var compiler = new KernelCompiler(new KernelCache(folder))) first = compiler.Compile(Good, KernelTarget.Sm90);
        using (var compiler = new KernelCompiler(new KernelCache(folder)))
        {
            second = compiler.Compile(Good, KernelTarget.Sm90);
            Assert.That(compiler.CompiledCount, Is.Zero);
            compiler.Compile(Good, KernelTarget.Sm80);
            Assert.That(compiler.CompiledCount, Is.EqualTo(1), "another target is another kernel");
        }

        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(second.Parameters, Is.EqualTo(first.Parameters));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2), "nothing is left beside the two kernels");
    }

    [Test]
    public void ChangedFilesAreCompiledAgainAndReplaced()
    {
        using (var compiler = new KernelCompiler(new KernelCache(folder))) compiler.Compile(Good, KernelTarget.Sm80);
        string file = Directory.GetFiles(folder).Single();
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(7);
        List<byte[]> bad = [[], good[..20], good[..^1], [.. good, 0], new KernelPack("another key", KernelPack.FromBytes(good).Kernels).ToBytes()];
        for (int i = 0; i < 40; i++)
        {
            byte[] changed = [.. good];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            bad.Add(changed);
        }

        foreach (byte[] bytes in bad.Take(6).Append(bad[^1]))
        {
            File.WriteAllBytes(file, bytes);
            using var compiler = new KernelCompiler(new KernelCache(folder));
            compiler.Compile(Good, KernelTarget.Sm80);
            Assert.That(compiler.CompiledCount, Is.EqualTo(1));
            Assert.That(KernelPack.FromBytes(File.ReadAllBytes(file)).Kernels[0].Name, Is.EqualTo(Good.Name));
        }

        foreach (byte[] bytes in bad.Where(bytes => bytes != bad[4])) Assert.Throws<KernelPackException>(() => KernelPack.FromBytes(bytes));
    }

    [Test]
    public void LengthsInPacksAreNotBelieved()
    {
        using var compiler = new KernelCompiler();
        byte[] good = new KernelPack("label", [compiler.Compile(Good, KernelTarget.Sm80)]).ToBytes();
        const int Header = 48;
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            // With the right hash, only the checks of the body itself are left.
            byte[] changed = [.. good];
            int at = Header + random.Next(Math.Min(200, good.Length - Header - 4));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at), random.Next(2) == 0 ? uint.MaxValue : (uint)random.Next());
            System.Security.Cryptography.SHA256.HashData(changed.AsSpan(Header), changed.AsSpan(16));
            try
            {
                KernelPack.FromBytes(changed);
            }
            catch (KernelPackException)
            {
                // The only exception that may come out.
            }
        }
    }

    [Test]
    public void PacksKeepEveryKernelAndRefuseTwoOfOneName()
    {
        using var compiler = new KernelCompiler();
        KernelPack made = compiler.Pack("five", KernelTable.Checked.Take(5), KernelTarget.Checked);
        IReadOnlyList<KernelImage> images = made.Kernels;
        var pack = KernelPack.FromBytes(made.ToBytes());
        Assert.That(pack.Label, Is.EqualTo("five"));
        Assert.That(images, Has.Count.EqualTo(10));
        foreach (KernelImage image in images)
        {
            KernelImage? found = pack.Find(image.Name, image.Target);
            Assert.That(found, Is.EqualTo(image with { Parameters = found!.Parameters }));
            Assert.That(found.Parameters, Is.EqualTo(image.Parameters));
        }

        Assert.That(pack.Find("no such kernel", "sm_80"), Is.Null);
        Assert.Throws<KernelPackException>(() => new KernelPack("twice", [images[0], images[0]]));
    }

    [Test]
    public void ArgumentsLieWhereTheDriverLooksForThem()
    {
        using var compiler = new KernelCompiler();
        KernelImage image = compiler.Compile(KernelTable.Find("strided_binary").With(typeof(Power2), typeof(Scalar64)), KernelTarget.Sm80);
        Assert.That(image.Parameters.Select(p => (p.Kind, p.Offset, p.Size)), Is.EqualTo(new[]
        {
            (KernelParameterKind.View, 0, 16), (KernelParameterKind.View, 16, 16), (KernelParameterKind.View, 32, 16),
            (KernelParameterKind.Value, 48, 4), (KernelParameterKind.Value, 52, 180), (KernelParameterKind.Value, 232, 16),
        }));
        Assert.That(image.ArgumentBytes, Is.EqualTo(248));
        unsafe
        {
            Assert.That(sizeof(Nest), Is.EqualTo(180));
            Assert.That(sizeof(Power2), Is.EqualTo(16));
        }
    }

    readonly struct Power2(double x, double y) : IBinaryOperator
    {
        public V Apply<V>(V left, V right) where V : struct, ILane<V> => (left * V.From(x)) + (right * V.From(y));
    }
}
