using System.Text;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>The fastest tiles of a device: measured, kept as JSON, and taken when a product is chosen.</summary>
[NonParallelizable]
public sealed class MatMulTuningTests
{
    static readonly MatMulShapeKey Shape = new("f32", MatMulPrecision.Exact, 1, 1024, 1024, 1024);

    static MatMulRequest Request => new(MatrixProduct.Dense(1024, 1024, 1024), 1) { Multiprocessors = 132, BlockThreads = 256, HasWarps = true };

    [Test]
    public void AMeasuredTileReplacesTheDefaultForItsShapeOnly()
    {
        var tuning = new MatMulTuning();
        tuning.Set(Shape, "matmul_4_vector_Tile128");
        Assert.That(MatMulLaunch.Choose(Request).Kernel(0).Name, Does.StartWith("matmul_4_vector_Tile64"), "the default");
        Assert.That(MatMulLaunch.Choose(Request with { Tuning = tuning }).Kernel(0).Name, Does.StartWith("matmul_4_vector_Tile128"));
        MatMulRequest other = Request with { Product = MatrixProduct.Dense(1024, 1024, 512), Tuning = tuning };
        Assert.That(MatMulLaunch.Choose(other).Kernel(0).Name, Is.EqualTo(MatMulLaunch.Choose(other with { Tuning = null }).Kernel(0).Name));
    }

    [TestCase("no such tile")]
    [TestCase("matmul_5_tf32_WarpTile128")]
    public void ATileThatCannotComputeTheProductIsPassedOver(string tile)
    {
        var tuning = new MatMulTuning();
        tuning.Set(Shape, tile);
        Assert.That(MatMulLaunch.Choose(Request with { Tuning = tuning }).Kernel(0).Name, Does.StartWith("matmul_4_vector_Tile64"));
    }

    [Test]
    public void TilesComeBackFromJson()
    {
        var tuning = new MatMulTuning();
        tuning.Set(Shape, "a");
        tuning.Set(Shape with { Element = "f64", Batch = 7 }, "b");
        tuning.Set(Shape with { Precision = MatMulPrecision.Bf16 }, "c");
        Assert.That(MatMulTuning.FromJson(tuning.ToJson())!.Tiles, Is.EquivalentTo(tuning.Tiles));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"version\":2,\"tiles\":[]}")]
    [TestCase("{\"version\":1,\"tiles\":3}")]
    [TestCase("{\"version\":1,\"tiles\":[3]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f32\"}]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f32\",\"precision\":\"Exact\",\"batch\":1,\"rows\":1e99,\"columns\":1,\"inner\":1,\"tile\":\"a\"}]}")]
    [TestCase("{\"version\":1,\"tiles\":[[[[[[[[]]]]]]]]}")]
    [TestCase("{\"version\":1,\"device\":3,\"tiles\":[]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f32\",\"precision\":\"7\",\"batch\":1,\"rows\":1,\"columns\":1,\"inner\":1,\"tile\":\"a\"}]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f16\",\"precision\":\"Exact\",\"batch\":1,\"rows\":1,\"columns\":1,\"inner\":1,\"tile\":\"a\"}]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f32\",\"precision\":\"Exact\",\"batch\":1,\"rows\":-1,\"columns\":1,\"inner\":1,\"tile\":\"a\"}]}")]
    [TestCase("{\"version\":1,\"tiles\":[{\"element\":\"f32\",\"precision\":\"Exact\",\"batch\":1,\"rows\":1,\"columns\":1,\"inner\":1,\"tile\":\"\"}]}")]
    public void OtherJsonIsNothing(string json) => Assert.That(MatMulTuning.FromJson(Encoding.UTF8.GetBytes(json)), Is.Null);

    [Test]
    public void NoChangeOfAFileCanHarmTheChoice()
    {
        int seed = System.Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new System.Random(seed);
        var tuning = new MatMulTuning { Device = "a device" };
        foreach (MatMulPrecision precision in Enum.GetValues<MatMulPrecision>())
        {
            foreach (string tile in MatMulLaunch.Tiles(Request with { Precision = precision, HasWarpGroups = true })) tuning.Set(Shape with { Precision = precision, Batch = 1 + tuning.Tiles.Count }, tile);
        }

        byte[] whole = tuning.ToJson();
        int read = 0;
        for (int trial = 0; trial < 5000; trial++)
        {
            byte[] bytes = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : bytes[random.Next(bytes.Length)];
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (MatMulTuning.FromJson(bytes) is not { } changed) continue;
            read++;
            foreach (MatMulShapeKey shape in changed.Tiles.Keys)
            {
                MatMulRequest request = new(MatrixProduct.Dense(shape.Rows, shape.Columns, shape.Inner), shape.Batch)
                {
                    Precision = shape.Precision, Multiprocessors = 132, BlockThreads = 256, HasWarps = true, HasWarpGroups = true, Tuning = changed,
                };
                Assert.That(MatMulLaunch.Choose(request).Count, Is.GreaterThan(0));
            }
        }

        Assert.That(read, Is.InRange(50, 4999), "changes of names and sizes are read, others are not");
    }

    [TestCase(MatMulPrecision.Tf32, "matmul_4_vector_Tile128")]
    [TestCase(MatMulPrecision.Bf16, "matmul_5_tf32_WarpTile64")]
    [TestCase(MatMulPrecision.Bf16, "matmul_4_slices_Slices32")]
    [TestCase(MatMulPrecision.Bf16, "matmul_7_wgmma_GroupTile64")]
    public void ATileOfLessRoundingMayBeTheFastestToo(MatMulPrecision precision, string tile)
    {
        MatMulRequest request = Request with { Precision = precision, HasWarpGroups = true };
        var tuning = new MatMulTuning();
        tuning.Set(Shape with { Precision = precision }, tile);
        MatMulLaunch launch = MatMulLaunch.Choose(request with { Tuning = tuning });
        Assert.That(MatMulLaunch.Tiles(request), Does.Contain(tile));
        Assert.That(launch.Kernel(launch.Count - 1).Name, Does.StartWith(tile + "_").Or.StartsWith("matmul_fold"));
        Assert.That(Enumerable.Range(0, launch.Count).Select(i => launch.Kernel(i).Name), Has.Some.StartsWith(tile + "_"));
    }

    [TestCase(1.0, 0.99, "default")]
    [TestCase(1.0, 0.9, "other")]
    [TestCase(1.0, 1.1, "default")]
    public void NoiseDoesNotReplaceTheDefault(double standard, double other, string expected)
    {
        MatMulMeasurement[] measured = [new(Shape, "default", standard), new(Shape, "other", other)];
        var trial = new MatMulTrial(Shape, [.. measured.OrderBy(static one => one.Seconds)], "default");
        Assert.That(trial.Winner!.Value.Tile, Is.EqualTo(expected));
        Assert.That(new MatMulTrial(Shape, [], "default").Winner, Is.Null);
    }

    [Test]
    public void ADamagedFileIsNothingAndAWrittenOneIsRead()
    {
        string folder = Directory.CreateTempSubdirectory("adjoint-tuning-").FullName;
        try
        {
            string path = Path.Combine(folder, "matmul.json");
            Assert.That(TuningFile.Read(path), Is.Null);
            Assert.That(TuningFile.Read(folder), Is.Null);
            Assert.That(TuningFile.Read(Path.Combine(folder, "no", "such")), Is.Null);
            var tuning = new MatMulTuning();
            tuning.Set(Shape, "a");
            TuningFile.Write(path, tuning);
            Assert.That(TuningFile.Read(path)!.Tiles, Is.EquivalentTo(tuning.Tiles));
            byte[] bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
            Assert.That(TuningFile.Read(path), Is.Null);
            File.WriteAllBytes(path, [.. bytes, .. Enumerable.Repeat((byte)' ', 4 << 20)]);
            Assert.That(TuningFile.Read(path), Is.Null, "larger than any file of tiles");
            if (OperatingSystem.IsLinux())
            {
                File.Delete(path);
                File.CreateSymbolicLink(path, "/dev/zero");
                Assert.That(TuningFile.Read(path), Is.Null, "a file without an end");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void TilesAreMeasuredOnADevice()
    {
        using AcceleratorDevice device = AcceleratorDevice.Simulator();
        var backend = new DeviceBackend(new Adjoint.Device(DeviceKind.OpenCL, 62), device);
        var shape = new MatMulShapeKey("f64", MatMulPrecision.Exact, 1, 3, 5, 4);
        int passed = 0;
        MatMulTrial trial = MatMulTuner.Measure(backend, shape, seconds: 1e-3, () => passed++);
        Assert.That(trial.Measured, Is.Not.Empty);
        Assert.That(trial.Measured.Select(static one => one.Seconds), Is.Ordered.And.All.GreaterThan(0));
        Assert.That(trial.Default!.Value.Tile, Is.EqualTo(trial.DefaultTile).And.EqualTo("matmul_3_double_Tile32"));
        Assert.That(passed, Is.EqualTo(MatMulTuner.Tiles(backend, shape).Count));
        Assert.That(device.UsedBytes, Is.Zero, "memory is given back at once");
        Assert.That(() => MatMulTuner.Measure(backend, Shape with { Rows = 0 }), Throws.TypeOf<SettingException>());
        Assert.That(() => MatMulTuner.Measure(backend, Shape with { Rows = 1 << 20, Inner = 1 << 20 }), Throws.TypeOf<SettingException>().With.Message.Contains("2 GiB"));
    }
}
