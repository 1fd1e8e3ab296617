using System.Runtime.InteropServices;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>A NativeAOT program that runs kernels of a pack on the driver, with no compiler in it.</summary>
[NonParallelizable]
public sealed class AotGpuTests
{
    const long LargestBytes = 5_000_000;

    [Test]
    public void AProgramWithAPackPublishesWithoutWarningsOrCompilerAndComputes()
    {
        StubDriver.Begin();
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"aot-gpu-{Environment.ProcessId}");
        try
        {
            // Build output of its own: the publish must not touch the assemblies that these tests run from.
            var (publish, log) = Repository.Run(
                "dotnet", $"publish tests/aot-gpu/AotGpu.csproj -c Release -r {RuntimeInformation.RuntimeIdentifier} -o \"{folder}/out\" -p:ArtifactsPath=\"{folder}/build\"");
            Assert.Multiple(() =>
            {
                Assert.That(publish, Is.Zero, log);
                Assert.That(log, Does.Not.Contain("warning"));
            });
            string program = Path.Combine(folder, "out", "adjoint-aot-gpu");
            Assert.That(new FileInfo(program).Length, Is.LessThan(LargestBytes));
            Assert.That(Directory.EnumerateFiles(folder, "*ILGPU*", SearchOption.AllDirectories), Is.Empty);
            Assert.That(File.ReadAllBytes(program).AsSpan().IndexOf("ILGPU"u8), Is.Negative);

            string pack = Path.Combine(folder, "kernels.pack");
            using (var compiler = new KernelCompiler())
            {
                Kernel[] kernels = [KernelTable.Find(new KernelReference("strided_sequence", typeof(float))), KernelTable.Find(new KernelReference("dense_unary", typeof(Relu), typeof(float)))];
                File.WriteAllBytes(pack, compiler.Pack("two", kernels, KernelTarget.Checked).ToBytes());
            }

            var (run, output) = Run(program, pack, StubDriver.Path());
            TestContext.Out.WriteLine($"{new FileInfo(program).Length} bytes\n{output}");
            Assert.That(run, Is.Zero, output);
            Assert.That(output.TrimEnd().Split('\n'), Is.EqualTo(new[]
            {
                $"driver library {StubDriver.Path()}, version 12.4", "cuda:0 Stub 0, compute capability 9.0, 132 multiprocessors, 8.0 GiB", "sums 1225 1225",
                "Kernel pack two: no kernel absent among its 2 for sm_80, sm_90, the nearest of which are dense_unary_Relu_f32, strided_sequence_f32. Build the pack with it.",
            }));
            var (missing, complaint) = Run(program, pack, "/nowhere/libcuda.so.1");
            Assert.That(missing, Is.EqualTo(1));
            Assert.That(complaint, Does.Contain("/nowhere/libcuda.so.1 does not exist. Change or unset ADJOINT_CUDA_DRIVER."));
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    static (int ExitCode, string Output) Run(string program, string pack, string driver) => Repository.Run("env", $"ADJOINT_CUDA_DRIVER=\"{driver}\" \"{program}\" \"{pack}\"", seconds: 60);
}
