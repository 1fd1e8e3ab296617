using System.Text.Json;
using Adjoint.Bench;
using Adjoint.Gpu;
using Adjoint.Kernels.Gpu;
using Adjoint.Tests.Gpu;
using Adjoint.Tests.Gpu.Driver;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Every part of <c>bench gpu</c> with a few numbers on the simulator, and how its bars are judged.</summary>
[NonParallelizable]
public sealed class GpuModeTests
{
    [Test]
    public void EveryPartRunsOnTheSimulator()
    {
        using var registered = SimulatorBackend.Use();
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"gpu-{Environment.ProcessId}.json"), page = Path.ChangeExtension(path, ".md");
        var output = new Output(Options.Parse(["gpu", "--device", "simulator", "--json", "--out", path]), []);
        try
        {
            Assert.That(GpuMode.Run(output), Is.True);
            Results.Save(path, "gpu", output.Measurements, output.Facts);
            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
            Assert.That(file.RootElement.GetProperty("device").GetString(), Is.EqualTo("simulator"));
            Assert.That(file.RootElement.GetProperty("numbers").GetString(), Does.StartWith("simulator"));
            Assert.That(File.ReadAllText(page), Does.Contain("no bar is judged").And.Contain("## memory").And.Not.Contain("| met |"));
        }
        finally
        {
            File.Delete(path);
            File.Delete(page);
        }

        IReadOnlyList<Measurement> lines = output.Measurements;
        Assert.That(lines.Select(static line => line.Case.Split('/')[0]).Distinct(), Is.EquivalentTo((string[])["check", "random", "matmul", "memory", "step"]));
        Assert.That(lines.Where(static line => line.Case.StartsWith("random/", StringComparison.Ordinal)).Select(static line => line["differing"]), Is.All.EqualTo(0));
        Assert.That(lines.Where(static line => line.Case.StartsWith("matmul/", StringComparison.Ordinal)).Select(static line => line.Variant), Is.EqualTo(GpuMatMul.Names.Where(static name => name != "matmul_7_wgmma")), "all but that of warpgroups, which the simulator lacks");
        Assert.That(lines.Where(static line => line.Case.StartsWith("step/", StringComparison.Ordinal)).Select(static line => line.Variant), Is.EqualTo((string[])["eager", "plan", "graph"]));
        Assert.That(lines.SelectMany(static line => line.Figures).Where(static figure => figure.Name is "us" or "us_per_step").Select(static figure => figure.Value), Is.All.GreaterThan(0));
    }

    [Test]
    public void ADeviceThatComputesNothingPassesNoCheck()
    {
        StubDriver.Begin();
        using var compiler = new KernelCompiler();
        using CudaDevice device = CudaDevice.Open(0, new CompiledKernels(compiler), StubDriver.Driver);
        var backend = new DeviceBackend(new Adjoint.Device(DeviceKind.Cuda, 62), device);
        Backends.Register(backend);
        var output = new Output(Options.Parse(["gpu", "--json"]), []);
        Adjoint.Device before = Settings.DefaultDevice;
        TextWriter errors = Console.Error;
        Settings.DefaultDevice = backend.Device;
        Console.SetError(TextWriter.Null);
        try
        {
            Assert.That(GpuChecks.Run(new GpuRun(output, backend, 300)), Is.False);
        }
        finally
        {
            Console.SetError(errors);
            Settings.DefaultDevice = before;
        }

        string[] passed = [.. output.Measurements.Where(static line => line["max_error"] is <= 2e-4 || line["differing"] == 0).Select(static line => line.Case)];
        Assert.That(output.Measurements, Has.Count.GreaterThan(50));
        Assert.That(passed, Is.Empty);
    }

    [Test]
    public void ResultsThatCannotBeWrittenAreSaidBeforeTheWork() =>
        Assert.That(() => Results.CheckWritable(Path.Combine(TestContext.CurrentContext.WorkDirectory, "Adjoint.Tests.dll", "gpu.json")), Throws.TypeOf<BenchException>().With.Message.Contains("--out"));

    [Test]
    public void BarsAreMetMissedOrNotJudged()
    {
        Measurement[] lines =
        [
            Line("matmul/4096/f32", "matmul_4_vector", ("tflops", 43)), Line("matmul/4096/f32", "matmul_1_naive", ("tflops", 2)), Line("matmul/4096/f32", "torch", ("tflops", 50)),
            Line("matmul/8192/tf32", "matmul_5_tf32", ("tflops", 149)), Line("memory/softmax", "ours", ("percent_of_copy", 87)), Line("memory/copy", "ours", ("percent_of_copy", 100)),
            Line("step/mlp-16", "eager", ("us_per_step", 500)), Line("step/mlp-16", "plan", ("us_per_step", 50)), Line("step/mlp-16", "graph", ("us_per_step", 40)),
            Line("step/mlp-16", "torch-eager", ("us_per_step", 200)), Line("step/mlp-16", "torch-compile reduce-overhead", ("us_per_step", 60)), Line("step/mlp-16", "torch-compile max-autotune", ("us_per_step", 44)),
        ];
        Assert.That(GpuBars.Of(lines).Select(static bar => (bar.Verdict, bar.Value is { } value ? Math.Round(value, 3) : -1)), Is.EqualTo(((string, double)[])
            [("met", 86), ("missed", 149), ("not judged", -1), ("missed", 87), ("met", 5), ("missed", 1.1), ("not judged", -1)]));

        static Measurement Line(string label, string variant, (string, double) figure) => new("gpu", label, variant, [figure]);
    }

    [Test]
    public void WithoutADriverTheModeSaysWhatToDo()
    {
        if (Adjoint.Gpu.CudaDriver.Probe().IsUsable) Assert.Ignore("this machine has a driver");
        TextWriter before = Console.Error;
        using var error = new StringWriter { NewLine = "\n" };
        Console.SetError(error);
        try
        {
            Assert.That(GpuMode.Run(new Output(Options.Parse(["gpu"]), [])), Is.False);
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.That(error.ToString().TrimEnd('\n'), Does.StartWith("bench gpu: ").And.Not.Contain("\n"));
    }

    [TestCase("--seconds", "0")]
    [TestCase("--seconds", "x")]
    [TestCase("--device")]
    public void BadOptionsAreErrors(params string[] words) => Assert.That(() => Options.Parse(words), Throws.TypeOf<BenchException>());
}
