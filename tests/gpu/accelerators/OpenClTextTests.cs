using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>The OpenCL C of kernels that need no warps, with no device present.</summary>
public sealed class OpenClTextTests
{
    [Test]
    public void NoBlockOverwritesWhatIsReadLater()
    {
        using var compiler = new OpenClText();
        foreach (Kernel kernel in KernelTable.Checked.Where(static kernel => (kernel.Traits & LoadedKernel.NeedsWarps) == 0))
            Assert.That(OpenClText.Overwritten(compiler.Compile(kernel)), Is.Empty, kernel.Name);
    }

    [Test]
    public void NoBlockOfAChainOverwritesWhatIsReadLater([Range(401, 409)] int seed)
    {
        using var compiler = new OpenClText();
        ChainKernel chain = (seed % 3) switch
        {
            0 => new RandomChain(seed, [12], InputLayout.Dense, InputLayout.Scalar).Chain,
            1 => new RandomChain(seed, [3, 8], InputLayout.Row, InputLayout.Dense, InputLayout.Column).Chain,
            _ => new RandomChain(seed, [3, 5], InputLayout.Transposed, InputLayout.Dense).Chain,
        };
        Assert.That(OpenClText.Overwritten(compiler.Compile(KernelTable.Find(chain))), Is.Empty, $"seed {seed}: {chain.Structure}");
    }

    [Test]
    public void AnOverwrittenValueIsFound()
    {
        const string Loop = "\tL_1: ;\n\tvar1 = 0;\n\tvar2 = 0.0f;\n\t goto L_2;\n\n\tL_2: ;\n\tvar3 =  var1 + 1;\n\tvar4 = (int) var3 < (int) 4;\n\tvar1 = var3;\n\tvar2 = var3;\n"
            + "\tif (var4)\n\t\t goto L_2;\n\t goto L_3;\n\n\tL_3: ;\n\t *  var9 =  var1;\n\t return ;\n";
        Assert.That(OpenClText.Overwritten(Loop), Is.EqualTo(new[] { "var1 in L_2" }));
        Assert.That(OpenClText.Overwritten(Loop.Replace("var9 =  var1", "var9 =  var3", StringComparison.Ordinal)), Is.Empty);
    }
}
