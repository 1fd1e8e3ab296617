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
        return [.. KernelTable.Checked.Concat(WithOperators()).Select(kernel => (kernel, kernel.Description.Targets.Select(target => compiler.Compile(kernel, target)).ToArray()))];
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

        // What plans end products in, and a long finish with branches.
        foreach (Kernel product in KernelTable.Checked.Where(kernel => kernel.Arguments.Contains(typeof(Unchanged))))
        {
            foreach (Type finish in new[] { typeof(Relu), typeof(Gelu) })
                yield return product.Description.With([.. product.Arguments.Select(type => type == typeof(Unchanged) ? finish : type)]);
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
            foreach (var (image, target) in images.Zip(kernel.Description.Targets))
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
            if (traits.HasFlag(KernelTraits.Independent)) Assert.That(text, Does.Contain("%ctaid.x").And.Contain("%ntid.x").And.Contain("%tid.x"), $"{kernel.Name}: the simulator runs it in blocks of one thread, devices do not");
            Assert.That(text.Contains("shfl.sync", StringComparison.Ordinal) && !traits.HasFlag(KernelTraits.Warps), Is.False, $"{kernel.Name} exchanges registers and does not say so");
            Assert.That(text, Does.Not.Match(@"\t(add|sub|mul)\.f(32|64)\b"), $"{kernel.Name}: the assembler may fuse what has no rounding");
            Assert.That(text, Does.Not.Match(@"\b(ld|st)\.(f|b|u|s)(8|16|32|64)\b"), $"{kernel.Name}: memory of no known space");
        }
    }

    [Test]
    public void KernelsAssembleWithoutSpillsOrStackWithinTheirRegisters()
    {
        Assembler assembler = PresentAssembler.Require();
        foreach (KernelTarget target in Compiled.Value.SelectMany(item => item.Kernel.Description.Targets).Distinct())
        {
            var assembled = assembler.Run(Compiled.Value.SelectMany(item => item.Images).Where(image => image.Target == target.Name), target).ToDictionary(kernel => kernel.Name);
            Assert.Multiple(() =>
            {
                foreach (var (kernel, _) in Compiled.Value.Where(item => item.Kernel.Description.Targets.Contains(target)))
                {
                    AssembledKernel result = assembled[kernel.Name];
                    int budget = target == KernelTarget.Sm80 ? kernel.Description.Registers.Sm80 : kernel.Description.Registers.Sm90;
                    int spills = Spills(kernel, target);
                    Assert.That(result.SpillBytes, Is.LessThanOrEqualTo(spills), $"{kernel} {target} spills");
                    Assert.That(result.StackBytes, Is.LessThanOrEqualTo(spills / 2), $"{kernel} {target} has a stack");
                    Assert.That(result.Registers, Is.LessThanOrEqualTo(budget), $"{kernel} {target} registers");
                }
            });
        }
    }

    // Bytes of stores and loads. Beside 64 sums, a finish with branches has too few registers on sm_80; plans end no product in one.
    static int Spills(Kernel kernel, KernelTarget target) =>
        target == KernelTarget.Sm80 && kernel.Description.Name == "matmul_4_vector" && kernel.Arguments.Contains(typeof(Tile128)) && kernel.Arguments.Contains(typeof(Gelu)) ? 96 : 0;

    // The machine's instructions of a kernel for one of its targets.
    static IReadOnlyList<string> Instructions(string kernel, int target)
    {
        Assembler assembler = PresentAssembler.Require();
        IReadOnlyList<string>? instructions = assembler.Instructions(Compiled.Value.Single(item => item.Kernel.Name == kernel).Images[target]);
        if (instructions is null) Assert.Ignore("cuobjdump is not beside ptxas");
        return instructions!;
    }

    [Test]
    public void ProductsOfWarpgroupsAreInstructionsThatGoOnWhileThreadsCopy()
    {
        IReadOnlyList<string> instructions = Instructions("matmul_7_wgmma_GroupTile128_AlongInner_AlongLines_Unchanged", target: 0);

        // Two products, then copies, and only then a wait.
        string[] products = [.. instructions.Where(name => name.StartsWith("HGMMA", StringComparison.Ordinal))];
        Assert.That(products, Is.Not.Empty.And.All.StartsWith("HGMMA.64x128x16.F32.BF16"));
        string[] after = [.. instructions.Skip(instructions.ToList().FindLastIndex(name => name.StartsWith("HGMMA", StringComparison.Ordinal)) + 1)];
        int copy = Array.FindIndex(after, name => name.StartsWith("LDGSTS", StringComparison.Ordinal)), wait = Array.FindIndex(after, name => name.StartsWith("WARPGROUP.DEPBAR", StringComparison.Ordinal));
        Assert.That(copy, Is.GreaterThanOrEqualTo(0).And.LessThan(wait), string.Join('\n', after));
    }

    [Test]
    public void KernelsOfOneArchitectureAreRefusedElsewhere()
    {
        using var compiler = new KernelCompiler();
        var kernels = new CompiledKernels(compiler);
        var line = new KernelReference("matmul_7_wgmma_GroupTile64_AlongInner_AlongLines", typeof(Unchanged));
        Assert.That(kernels.Find(line, 9, 0).Target, Is.EqualTo("sm_90a"));
        Assert.That(() => kernels.Find(line, 8, 6), Throws.TypeOf<KernelCompileException>().With.Message.Contains("sm_90a alone"));
        Assert.That(() => kernels.Find(line, 10, 0), Throws.TypeOf<KernelCompileException>().With.Message.Contains("sm_90a alone"));
        Assert.That(compiler.CompiledCount, Is.EqualTo(1));

        // A pack for devices of 9.0 has it, one for older devices has not.
        Kernel[] both = [KernelTable.Find(line), KernelTable.Find(new KernelReference("matmul_to_bf16"))];
        Assert.That(compiler.Pack("old", both, [KernelTarget.Sm80]).Kernels.Select(image => image.Target), Is.EqualTo(new[] { "sm_80" }));
        KernelPack pack = compiler.Pack("new", both, KernelTarget.Checked);
        Assert.That(pack.Kernels.Select(image => image.Target), Is.EqualTo(new[] { "sm_90a", "sm_80", "sm_90" }));
        Assert.That(new PackedKernels(pack).Find(line, 9, 0).Target, Is.EqualTo("sm_90a"));
        Assert.That(() => new PackedKernels(pack).Find(line, 10, 0), Throws.TypeOf<KernelPackException>().With.Message.Contains("none of which runs on compute capability 10.0"));
    }

    [Test]
    public void TheInnerLoopOfTheVectorProductIsNearlyAllMultiplications()
    {
        IReadOnlyList<string> instructions = Instructions("matmul_4_vector_Tile128_AlongInner_AlongLines_Unchanged", target: 1);

        // From the loop's only barrier to the jump back.
        string[] loop = [.. instructions.SkipWhile(name => !name.StartsWith("BAR", StringComparison.Ordinal)).Skip(1).TakeWhile(name => name != "BRA")];
        Assert.That(loop.Count(name => name == "FFMA"), Is.EqualTo(512));
        Assert.That(loop.Count(name => name == "LDS.128"), Is.EqualTo(32));
        Assert.That(512.0 / loop.Length, Is.GreaterThan(0.9));
    }
}
