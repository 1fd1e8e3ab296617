using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class KernelsCommandTests : CommandTestBase
{
    [Test]
    public void EveryLineOfTheTableIsListed()
    {
        Assert.That(Run("kernels", "list").Lines, Has.Length.EqualTo(KernelTable.All.Count + 1));
        var events = Run("kernels", "list", "--json").Events;
        Assert.That(events.Select(one => one.GetProperty("kernel").GetString()), Is.EqualTo(KernelTable.All.Select(line => line.Name)));
        Assert.That(events.SelectMany(one => one.GetProperty("names").EnumerateArray()).Select(name => name.GetString()), Is.EqualTo(KernelTable.Checked.Select(kernel => kernel.Name)));
    }

    [Test]
    public void TheTextOfAKernelWithAnOperatorOfTheEngineIsShown()
    {
        Outcome shown = Run("kernels", "ptx", "dense_unary_Relu_f32");
        Assert.That(shown.Code, Is.Zero, shown.Error);
        Assert.That(shown.Output, Does.Contain(".entry dense_unary_Relu_f32(").And.Contain(".target sm_90\n").And.Match("compiled in \\d+ ms"));
        Outcome kept = Run("kernels", "ptx", "dense_unary_Relu_f32", "--target", "sm_80", "--out", At("relu.ptx"), "--json");
        Assert.That(kept.Events.Single().GetProperty("file").GetString(), Is.EqualTo(At("relu.ptx")));
        Assert.That(File.ReadAllText(At("relu.ptx")), Does.Contain(".target sm_80\n"));
    }

    [TestCase("kernels ptx dense_unary_Rleu_f32", "'dense_unary_Relu_f32'")]
    [TestCase("kernels ptx zzz", "adjoint kernels list")]
    [TestCase("kernels ptx", "adjoint kernels ptx --help")]
    [TestCase("kernels ptx index_check --target sm_99", "sm_90a")]
    [TestCase("kernels ptx index_check --target sm_80,sm_90", "Name one")]
    [TestCase("kernels check zzz", "zzz")]
    [TestCase("kernels check --target zzz", "Targets: sm_80")]
    [TestCase("kernels check matmul_7 --target sm_80", "Leave --target out")]
    [TestCase("kernels pack", "adjoint kernels pack --help")]
    [TestCase("kernels frob", "list, ptx, check, pack, tune")]
    [TestCase("kernels chek", "'check'")]
    public void BadUsageIsOneLine(string line, string expected)
    {
        Outcome outcome = Run(line.Split(' '));
        Assert.That(outcome.Code, Is.EqualTo(2));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [Test]
    public void SubcommandsHaveHelpWithExamples()
    {
        Assert.That(Run("kernels").Output, Does.Contain("ptx").And.Contain("  adjoint kernels check"));
        foreach (string one in (string[])["list", "ptx", "check", "pack", "tune"]) Assert.That(Run("kernels", one, "--help").Output, Does.Contain($"  adjoint kernels {one}"));
    }

    [Test]
    public void KernelsOfAPrefixAreChecked()
    {
        Outcome outcome = Run("kernels", "check", "matmul_2_shared_f32", "--json");
        Assert.That(outcome.Code, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Events[..^1].Select(one => $"{one.GetProperty("kernel")} {one.GetProperty("target")} {one.GetProperty("passed")}"), Is.EquivalentTo(new[]
        {
            "matmul_2_shared_f32_Unchanged sm_80 True", "matmul_2_shared_f32_Relu sm_80 True", "matmul_2_shared_f32_Unchanged sm_90 True", "matmul_2_shared_f32_Relu sm_90 True",
        }));
        Assert.That(outcome.Events[^1].GetProperty("kernels").GetInt32(), Is.EqualTo(4));
        Assert.That(outcome.Events[0].TryGetProperty("registers", out _), Is.EqualTo(Settings.AssemblerPath is not null));
    }

    [Test]
    public void KernelsOfOneTargetAreCheckedForItAlone()
    {
        Outcome outcome = Run("kernels", "check", "matmul_7_wgmma_GroupTile64_AlongInner", "--json");
        Assert.That(outcome.Code, Is.Zero, outcome.Output + outcome.Error);
        Assert.That(outcome.Events[..^1].Select(static one => one.GetProperty("target").GetString()), Is.Not.Empty.And.All.EqualTo("sm_90a"));
    }

    [Test]
    public void APackServesWhatOpsAskForOnAnyDevice()
    {
        Outcome outcome = Run("kernels", "pack", At("engine.kernels"), "--target", "sm_80", "--json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(Everything(), Has.Length.EqualTo(1));
        var pack = KernelPack.FromBytes(File.ReadAllBytes(At("engine.kernels")));
        Assert.That(pack.Kernels, Has.Count.EqualTo(outcome.Events.Single().GetProperty("kernels").GetInt32()));
        var source = new PackedKernels(pack);
        Assert.That(source.CompilesChains, Is.False);
        var asked = from entry in OpTable.All from type in OpSample.Types from launch in LaunchSurvey.Launches(entry, type, true, 128) ?? [] select launch.Kernel;
        foreach (KernelReference kernel in asked) Assert.That(source.Find(kernel, 9, 0).Target, Is.EqualTo("sm_80"), kernel.Name);
    }

    [Test]
    public void APackThatCannotBeWrittenIsOneLineAndLeavesNothing()
    {
        Outcome outcome = Run("kernels", "pack", At("no", "such", "folder.kernels"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(Everything(), Is.Empty);
    }
}
