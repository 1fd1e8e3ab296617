using System.Diagnostics;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Chains compile and assemble with no device present: fixed ones as training makes them, and random ones.</summary>
public sealed class ChainTextTests
{
    static readonly Lazy<IReadOnlyList<(Kernel Kernel, ChainKernel Chain, KernelImage[] Images)>> Compiled = new(Compile);

    static ChainStep Unary<TOp>(int x, int output = -1) => new(ChainStepKind.Unary, typeof(TOp), x, x, x, typeof(float), output);

    static ChainStep Binary<TOp>(int x, int y, int output = -1) => new(ChainStepKind.Binary, typeof(TOp), x, y, x, typeof(float), output);

    /// <summary>silu(x + bias), and its derivative for a cotangent.</summary>
    static ChainKernel Biased(ChainAccess bias) => new(
        [new(typeof(float), ChainAccess.Dense), new(typeof(float), bias), new(typeof(float), ChainAccess.Dense)],
        [Binary<Add>(0, 1), Unary<Sigmoid>(3), Binary<Multiply>(3, 4, 0), Binary<Multiply>(4, 2), Binary<Add>(6, 5, 1)]);

    /// <summary>A mixture: comparison, choice and numbers of 1, 4 and 8 bytes.</summary>
    static ChainKernel Mixed => new(
        [new(typeof(double), ChainAccess.Dense), new(typeof(float), ChainAccess.Dense), new(typeof(float), ChainAccess.Scalar)],
        [
            new(ChainStepKind.Cast, null, 0, 0, 0, typeof(float), -1), new(ChainStepKind.Compare, typeof(Less), 3, 1, 3, typeof(byte), 0), new(ChainStepKind.Where, null, 4, 2, 1, typeof(float), -1),
            Binary<Multiply>(5, 2, 1), new(ChainStepKind.Cast, null, 6, 6, 6, typeof(long), 2),
        ]);

    /// <summary>The longest formulas one after another.</summary>
    static ChainKernel Long(Type element)
    {
        ChainStep Of<TOp>(int x) => new(ChainStepKind.Unary, typeof(TOp), x, x, x, element, -1);
        return new([new(element, ChainAccess.Dense)], [Of<LogGamma>(0), Of<Polygamma>(1), Of<LogNormalCdf>(0), Of<Sin>(2), new(ChainStepKind.Binary, typeof(Pow), 4, 3, 4, element, 0)]);
    }

    static List<(Kernel Kernel, ChainKernel Chain, KernelImage[] Images)> Compile()
    {
        using var compiler = new KernelCompiler();
        IEnumerable<ChainKernel> random = Enumerable.Range(301, 30).Select(static seed => (seed % 3) switch
        {
            0 => new RandomChain(seed, [12], InputLayout.Dense, InputLayout.Scalar).Chain,
            1 => new RandomChain(seed, [3, 8], InputLayout.Row, InputLayout.Dense, InputLayout.Column).Chain,
            _ => new RandomChain(seed, [3, 5], InputLayout.Transposed, InputLayout.Dense).Chain,
        });
        IEnumerable<ChainKernel> chains = Enum.GetValues<ChainAccess>().Select(Biased).Concat([Mixed, Long(typeof(float)), Long(typeof(double))]).Concat(random).DistinctBy(static chain => chain.Name);
        return [.. chains.Select(chain => (KernelTable.Find(chain), chain, KernelTarget.Checked.Select(target => compiler.Compile(KernelTable.Find(chain), target)).ToArray()))];
    }

    static string Text(ChainKernel chain) => Compiled.Value.Single(item => item.Chain.Name == chain.Name).Images[0].Text;

    static int CountOf(string text, string pattern) => System.Text.RegularExpressions.Regex.Count(text, pattern);

    [Test]
    public void ChainsHaveTheArgumentsOfTheirContract()
    {
        foreach (var (kernel, chain, images) in Compiled.Value)
        {
            int views = chain.Inputs.Count + chain.OutputCount, steps = chain.Inputs.Count(static input => input.Access is not (ChainAccess.Dense or ChainAccess.Scalar));
            int operators = chain.Steps.Count(static step => step.Operator is not null);
            foreach (var (image, target) in images.Zip(KernelTarget.Checked))
            {
                Assert.That(image.Name, Is.EqualTo(chain.Name));
                Assert.That(image.Text, Does.Contain($".target {target.Name}\n").And.Contain($".entry {chain.Name}(").And.Contain($".maxntid {kernel.Description.Threads}, 1, 1"));
                Assert.That(image.Parameters, Has.Count.EqualTo(views + 1 + (chain.HasAxes ? 1 : 0) + steps + operators));
                Assert.That(image.Parameters.Take(views).Select(static parameter => parameter.Kind), Is.All.EqualTo(KernelParameterKind.View));
            }
        }
    }

    [Test]
    public void ArgumentsAreWhereTheWriterPutsThem()
    {
        ChainKernel chain = Biased(ChainAccess.Strided);
        var layout = new ChainLayout([5, 7], [new([7, 1], 0), new([0, 1], 0), new([7, 1], 0)]);
        Assert.That(layout.Access, Is.EqualTo(new[] { ChainAccess.Dense, ChainAccess.Strided, ChainAccess.Dense }));
        var arguments = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
        for (ulong view = 0; view < 5; view++) arguments.Add(new DeviceView(view << 8, 35));
        arguments.Add(35L);
        layout.Add(ref arguments);
        int operators = arguments.Bytes.Length;
        arguments.Add(default(Add));
        arguments.Add(default(Sigmoid));
        arguments.Add(default(Multiply));
        arguments.Add(default(Multiply));
        arguments.Add(default(Add));
        KernelImage image = Compiled.Value.Single(item => item.Chain.Name == chain.Name).Images[0];
        Assert.That(image.ArgumentBytes, Is.EqualTo(arguments.Bytes.Length));
        Assert.That(image.Parameters[^5].Offset, Is.EqualTo(operators));
    }

    [Test]
    public void ChainsKeepTheirPromises()
    {
        foreach (var (kernel, chain, images) in Compiled.Value)
        {
            string text = images[0].Text;
            Assert.That(text, Does.Not.Match(@"\t(add|sub|mul)\.f(32|64)\b"), $"{chain.Name}: the assembler may fuse what has no rounding");
            Assert.That(text, Does.Not.Match(@"\b(ld|st)\.(f|b|u|s)(8|16|32|64)\b"), $"{chain.Name}: memory of no known space");
            Assert.That(text, Does.Not.Contain(".local"), $"{chain.Name}: values in memory");
            Assert.That(CountOf(text, @"st\.global\.v[24]\.") > 0, Is.EqualTo(chain.ElementsPerThread > 1), $"{chain.Name}: wide stores");
        }
    }

    [Test]
    public void EveryInputIsReadOnce()
    {
        Assert.That(CountOf(Text(Biased(ChainAccess.Rows)), @"ld\.global\.v4\.f32"), Is.EqualTo(3));
        Assert.That(CountOf(Text(Biased(ChainAccess.Rows)), @"ld\.global\."), Is.EqualTo(3), "no tail");
        Assert.That(CountOf(Text(Biased(ChainAccess.Columns)), @"ld\.global\.v4\.f32"), Is.EqualTo(2));
        Assert.That(CountOf(Text(Biased(ChainAccess.Columns)), @"ld\.global\.f32"), Is.EqualTo(1));
        Assert.That(CountOf(Text(Biased(ChainAccess.Dense)), @"ld\.global\.v4\.f32"), Is.EqualTo(3));
        Assert.That(CountOf(Text(Biased(ChainAccess.Dense)), @"ld\.global\.f32"), Is.EqualTo(9), "the tail's three of each");
        Assert.That(CountOf(Text(Biased(ChainAccess.Strided)), @"ld\.global\."), Is.EqualTo(3));
        Assert.That(CountOf(Text(Mixed), @"ld\.global\.v2\.f64"), Is.EqualTo(2), "wide numbers in two loads");
        Assert.That(CountOf(Text(Mixed), @"st\.global\.v4\.b?u?s?8"), Is.EqualTo(1), "four bools in one store");
    }

    [Test]
    public void ChainsAssembleWithoutSpillsOrStack()
    {
        Assembler assembler = PresentAssembler.Require();
        for (int i = 0; i < KernelTarget.Checked.Count; i++)
        {
            var assembled = assembler.Run(Compiled.Value.Select(item => item.Images[i]), KernelTarget.Checked[i]).ToDictionary(static kernel => kernel.Name);
            Assert.Multiple(() =>
            {
                foreach (var (kernel, chain, _) in Compiled.Value)
                {
                    AssembledKernel result = assembled[chain.Name];
                    Assert.That(result.SpillBytes + result.StackBytes, Is.Zero, $"{chain.Name} spills or has a stack: {chain.Structure}");
                    Assert.That(result.Registers, Is.LessThanOrEqualTo(kernel.Description.Registers.Sm80), chain.Name);
                }
            });
        }
    }

    [Test]
    public void WritingAndCompilingTakesMilliseconds()
    {
        using var compiler = new KernelCompiler();
        compiler.Compile(KernelTable.Find(Biased(ChainAccess.Dense)), KernelTarget.Sm90);
        var writing = new List<double>();
        var compiling = new List<double>();
        for (int i = 0; i < 20; i++)
        {
            // Another output makes another chain of the same five steps.
            ChainStep[] steps = [.. Biased(ChainAccess.Dense).Steps];
            steps[i % 2] = steps[i % 2] with { Output = 2 };
            var inputs = Enumerable.Repeat(new ChainInput(typeof(float), ChainAccess.Dense), 3 + (i / 2));
            steps = [.. steps.Select(step => step with { X = Moved(step.X), Y = Moved(step.Y), Z = Moved(step.Z) })];
            int Moved(int operand) => operand < 3 ? operand : operand + (i / 2);
            var chain = new ChainKernel([.. inputs], steps);
            long start = Stopwatch.GetTimestamp();
            Kernel kernel = KernelTable.Find(chain);
            writing.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            compiler.Compile(kernel, KernelTarget.Sm90);
            compiling.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        TestContext.Out.WriteLine($"writing {writing.Order().ElementAt(10):f2} ms, compiling {compiling.Order().ElementAt(10):f2} ms (medians of 20)");
        Assert.That(compiling.Min(), Is.LessThan(50));
    }
}
