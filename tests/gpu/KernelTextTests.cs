using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Every kernel, with the type arguments of the table and with every operator of the engine, compiles and assembles with no device present.</summary>
public sealed class KernelTextTests
{
    static readonly Lazy<IReadOnlyList<(Kernel Kernel, KernelImage[] Images)>> Compiled = new(Compile);

    static List<(Kernel Kernel, KernelImage[] Images)> Compile()
    {
        using var compiler = new KernelCompiler();
        return [.. KernelTable.Checked.Concat(WithOperators()).Select(kernel => (kernel, KernelTarget.Checked.Select(target => compiler.Compile(kernel, target)).ToArray()))];
    }

    static IEnumerable<Kernel> WithOperators()
    {
        foreach (OpEntry entry in EngineOperators.Entries)
        {
            string form = EngineOperators.Of(entry) is IBinaryOperator ? "binary" : "unary";
            Type op = EngineOperators.Type(entry);
            yield return KernelTable.Find($"dense_{form}").With(op, typeof(Scalar32), typeof(Pack4<Scalar32>));
            yield return KernelTable.Find($"strided_{form}").With(op, typeof(Scalar64));
        }

        foreach (OpEntry entry in OpTable.All.Where(entry => entry.Family == "compare" && entry.Type.IsGenericType))
        {
            yield return KernelTable.Find("strided_compare").With(entry.Type.GetGenericArguments()[0], typeof(float));
            yield return KernelTable.Find("strided_compare").With(entry.Type.GetGenericArguments()[0], typeof(byte));
        }
    }

    [Test]
    public void KernelsCompileForEveryTargetUnderNamesOfTheirOwn()
    {
        string[] names = [.. Compiled.Value.Select(item => item.Kernel.Name)];
        Assert.That(names, Is.Unique);
        foreach (var (kernel, images) in Compiled.Value)
        {
            foreach (var (image, target) in images.Zip(KernelTarget.Checked))
            {
                Assert.That(image.Text, Does.Contain($".target {target.Name}\n").And.Contain($".entry {kernel.Name}(").And.Contain($".maxntid {kernel.Description.Threads}, 1, 1"), kernel.Name);
                Assert.That(image.Parameters, Has.Count.EqualTo(kernel.Method.GetParameters().Length), kernel.Name);
            }
        }
    }

    [Test]
    public void KernelsKeepTheirPromises()
    {
        foreach (var (kernel, images) in Compiled.Value)
        {
            string text = images[0].Text;
            KernelTraits traits = kernel.Traits;
            if (traits.HasFlag(KernelTraits.VectorLoads)) Assert.That(text, Does.Match(@"ld\.global\.v[24]\.").And.Match(@"st\.global\.v[24]\."), kernel.Name);
            if (traits.HasFlag(KernelTraits.Independent)) Assert.That(text, Does.Not.Match(@"\bbar\.|shfl|vote|\.shared"), $"{kernel.Name} shares and says that it does not");
            Assert.That(text.Contains("shfl.sync", StringComparison.Ordinal) && !traits.HasFlag(KernelTraits.Warps), Is.False, $"{kernel.Name} exchanges registers and does not say so");
            Assert.That(text, Does.Not.Match(@"\t(add|sub|mul)\.f(32|64)\b"), $"{kernel.Name}: the assembler may fuse what has no rounding");
            Assert.That(text, Does.Not.Match(@"\b(ld|st)\.(f|b|u|s)(8|16|32|64)\b"), $"{kernel.Name}: memory of no known space");
        }
    }

    [Test]
    public void KernelsAssembleWithoutSpillsOrStackWithinTheirRegisters()
    {
        Assembler assembler = PresentAssembler.Require();
        for (int i = 0; i < KernelTarget.Checked.Count; i++)
        {
            KernelTarget target = KernelTarget.Checked[i];
            var assembled = assembler.Run(Compiled.Value.Select(item => item.Images[i]), target).ToDictionary(kernel => kernel.Name);
            Assert.Multiple(() =>
            {
                foreach (var (kernel, _) in Compiled.Value)
                {
                    AssembledKernel result = assembled[kernel.Name];
                    int budget = target == KernelTarget.Sm80 ? kernel.Description.Registers.Sm80 : kernel.Description.Registers.Sm90;
                    Assert.That(result.SpillBytes, Is.Zero, $"{kernel} {target} spills");
                    Assert.That(result.StackBytes, Is.Zero, $"{kernel} {target} has a stack");
                    Assert.That(result.Registers, Is.LessThanOrEqualTo(budget), $"{kernel} {target} registers");
                }
            });
        }
    }

    [Test]
    public void TheInnerLoopOfTheVectorProductIsNearlyAllMultiplications()
    {
        Assembler assembler = PresentAssembler.Require();
        KernelImage image = Compiled.Value.Single(item => item.Kernel.Name == "matmul_4_vector_Tile128_AlongInner_AlongLines_Unchanged").Images[1];
        if (assembler.Instructions(image) is not { } instructions)
        {
            Assert.Ignore("cuobjdump is not beside ptxas");
            return;
        }

        // From the loop's only barrier to the jump back.
        string[] loop = [.. instructions.SkipWhile(name => !name.StartsWith("BAR", StringComparison.Ordinal)).Skip(1).TakeWhile(name => name != "BRA")];
        Assert.That(loop.Count(name => name == "FFMA"), Is.EqualTo(512));
        Assert.That(loop.Count(name => name == "LDS.128"), Is.EqualTo(32));
        Assert.That(512.0 / loop.Length, Is.GreaterThan(0.9));
    }
}
