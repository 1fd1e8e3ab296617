using System.Diagnostics;
using Adjoint.Kernels.Gpu;
using Adjoint.Models.FlowMatching;
using Adjoint.Tests.Gpu;
using Adjoint.Tests.Gpu.Driver;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Devices as the command shows and uses them: by the program itself where the driver is chosen by a variable, in process on the simulator.</summary>
[NonParallelizable]
sealed class DeviceCommandTests : CommandTestBase
{
    [TearDown]
    public void BackToTheCpu() => Settings.DefaultDevice = Device.Cpu;

    [Test]
    public void WithoutADriverTheDoctorSaysWhatToDoInOneLine()
    {
        var (code, output) = Program("/nowhere/libcuda.so.1", "doctor", "--json");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("/nowhere/libcuda.so.1 does not exist. Change or unset ADJOINT_CUDA_DRIVER."));
        Assert.That(Program("/nowhere/libcuda.so.1", "devices").Output, Does.Contain("cpu").And.Contain("simulator").And.Not.Contain("cuda:0"));
    }

    [Test]
    public void WithADriverItsDevicesAreListedWithNameAndMemory()
    {
        StubDriver.Begin();
        var (code, output) = Program(StubDriver.Path(), "devices");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Match("cuda:0 .*Stub 0.*8\\.0 GiB"));
        Assert.That(Program(StubDriver.Path(), "doctor").Output, Does.Contain("version 12.4"));
    }

    [Test]
    public void ADeviceThatIsNotThereIsOneLine()
    {
        Outcome outcome = Run(new FlowMatchingModel(), new Commands.StopSignal(), "train", "flow-matching", "--device", "cuda:7", "--out", At("run"));
        Assert.That(outcome.Code, Is.EqualTo(1));
        AssertOneLine(outcome.Error);
        Assert.That(outcome.Error, Does.Contain("cuda:7").And.Contain("adjoint devices"));
        Assert.That(Everything(), Is.Empty);
    }

    [Test]
    public void AnOpenClDeviceThatIsNotThereIsOneLineThatSaysWhatToDo()
    {
        var (code, output) = Program("/nowhere/libcuda.so.1", "train", "flow-matching", "--device", "opencl:99", "--out", At("run"));
        Assert.That(code, Is.EqualTo(1), output);
        AssertOneLine(output);
        OpenClReport report = OpenClPlatform.Probe();
        Assert.That(output, Does.StartWith($"adjoint: No device opencl:99 in this process. {report.Problem ?? "Use cpu."}"));
        Assert.That(Everything(), Is.Empty);
        Assert.That(Program("/nowhere/libcuda.so.1", "doctor").Output, Does.Contain(report.LoadedFrom is null ? "No OpenCL library" : $"library {report.LoadedFrom}"));
        Assert.That(Program("/nowhere/libcuda.so.1", "devices").Output.Split('\n').Count(static line => line.StartsWith("opencl:", StringComparison.Ordinal)), Is.EqualTo(report.Devices.Count(static one => one.IsSupported)));
    }

    [Test]
    public void DevicesOfAKindAreLookedForWhenOneIsAskedFor()
    {
        int searches = 0;
        Backends.OfferLater(DeviceKind.OpenCL, () =>
        {
            searches++;
            return "None for this test.";
        });
        _ = Backends.Of(SimulatorBackend.Device);
        Assert.That(() => Backends.Of(new Device(DeviceKind.Cuda, 9)), Throws.TypeOf<DeviceException>());
        Assert.That(searches, Is.Zero);
        for (int i = 0; i < 2; i++)
            Assert.That(() => Backends.Of(new Device(DeviceKind.OpenCL, 9)), Throws.TypeOf<DeviceException>().With.Message.EqualTo("No device opencl:9 in this process. None for this test. 'adjoint devices' lists what there is."));
        Assert.That(Backends.Devices, Does.Contain(Device.Cpu).And.Contain(SimulatorBackend.Device));
        Assert.That(searches, Is.EqualTo(1));
        Backends.OfferLater(DeviceKind.OpenCL, static () => null);
    }

    [Test]
    public void ARunOnTheSimulatorTrainsStopsResumesEvaluatesAndDraws()
    {
        _ = SimulatorBackend.Device;
        Outcome whole = Train("whole", "--device", "simulator", "--steps", "4");
        var stop = new Commands.StopSignal();
        Outcome stopped = Run(new ToyModel(step => { if (step == 2) stop.Request(); }), stop, "train", "toy-squares", "--device", "simulator", "--steps", "4", "--out", At("parts"));
        Assert.That(stopped.Code, Is.EqualTo(1), whole.Error);
        Settings.DefaultDevice = Device.Cpu;
        Assert.That(Run("train", "--resume", At("parts")).Code, Is.Zero);
        Assert.That(File.ReadAllBytes(At("parts", "checkpoint.safetensors")), Is.EqualTo(File.ReadAllBytes(At("whole", "checkpoint.safetensors"))));
        Settings.DefaultDevice = Device.Cpu;
        Outcome judged = Run("eval", At("parts")), drawn = Run("sample", At("parts"), "--count", "3");
        Assert.That(Settings.DefaultDevice, Is.EqualTo(SimulatorBackend.Device));
        Assert.That(judged.Code, Is.Zero, judged.Error);
        Assert.That(drawn.Code, Is.Zero, drawn.Error);
    }

    [Test]
    public void FlowMatchingTakesAStepOnTheSimulatorKeepsItAndDrawsFromIt()
    {
        Settings.DefaultDevice = SimulatorBackend.Device;
        var config = Models.RunConfig.Create(
            new FlowMatchingModel(), new FlowMatchingModel().Presets[0], [("width", "8"), ("blocks", "1"), ("batch", "2"), ("solver", "euler"), ("solver-steps", "1"), ("guidance", "1")], steps: 2);
        using var experiment = new FlowMatchingExperiment(config);
        experiment.TrainStep();
        Assert.That(experiment.Metrics()[0].Value, Is.Not.NaN);
        var drawn = experiment.Sample(new Models.SampleRequest(2, 0), new Models.ReportBuilder());
        Assert.That(drawn[0].Value.Device, Is.EqualTo(SimulatorBackend.Device));
        Assert.That(drawn[0].Value.Read<float>(), Has.All.InRange(0f, 16f));
    }

    static (int Code, string Output) Program(string driver, params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Adjoint.Commands.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ADJOINT_CUDA_DRIVER"] = driver;
        start.Environment["ADJOINT_DEBUG"] = null;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
