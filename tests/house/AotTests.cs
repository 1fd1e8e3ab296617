using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The engine inside a NativeAOT program: what an embedder does.</summary>
public sealed class AotTests
{
    const long LargestBytes = 5_000_000;

    [Test]
    [NonParallelizable]
    public void ASmallProgramPublishesWithoutWarningsStaysUnderFiveMegabytesTrainsAndPredicts()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("The NativeAOT publish is tried on Linux only.");
        if (!Programs().Any(path => File.Exists(Path.Combine(path, "clang")) || File.Exists(Path.Combine(path, "gcc"))))
            Assert.Ignore("NativeAOT needs clang or gcc to link, and neither is on the PATH.");
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"aot-{Environment.ProcessId}");
        try
        {
            // Build output of its own: the publish must not touch the assemblies that these tests run from.
            var (publish, log) = Repository.Run(
                "dotnet", $"publish tests/aot/Aot.csproj -c Release -r {RuntimeInformation.RuntimeIdentifier} -o \"{folder}/out\" -p:ArtifactsPath=\"{folder}/build\"");
            Assert.Multiple(() =>
            {
                Assert.That(publish, Is.Zero, log);
                Assert.That(log, Does.Not.Contain("warning"));
            });
            string program = Path.Combine(folder, "out", "adjoint-aot");
            Assert.That(new FileInfo(program).Length, Is.LessThan(LargestBytes));
            string model = Path.Combine(folder, "model.safetensors");
            var (run, output) = Repository.Run(program, $"\"{model}\"", seconds: 60);
            TestContext.Out.WriteLine(output);
            Assert.That(run, Is.Zero, output);
            Assert.That(output, Does.Match("accuracy (0.9[7-9]|1)"));
            var (loaded, classes) = Repository.Run(program, $"predict \"{model}\"", seconds: 60);
            Assert.That(loaded, Is.Zero, classes);
            Assert.That(classes.Trim(), Is.EqualTo("classes 0 0 1 1"));
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    static string[] Programs() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
}
