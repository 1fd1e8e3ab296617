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
    public void OtherJsonIsNothing(string json) => Assert.That(MatMulTuning.FromJson(Encoding.UTF8.GetBytes(json)), Is.Null);

    [Test]
    public void ADamagedFileIsNothingAndAWrittenOneIsRead()
    {
        string folder = Directory.CreateTempSubdirectory("adjoint-tuning-").FullName;
        try
        {
            string path = Path.Combine(folder, "kernels", "matmul.json");
            Assert.That(TuningFile.Read(path), Is.Null);
            var tuning = new MatMulTuning();
            tuning.Set(Shape, "a");
            TuningFile.Write(path, tuning);
            Assert.That(TuningFile.Read(path)!.Tiles, Is.EquivalentTo(tuning.Tiles));
            byte[] bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
            Assert.That(TuningFile.Read(path), Is.Null);
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
        IReadOnlyList<MatMulMeasurement> measured = MatMulTuner.Measure(backend, new MatMulShapeKey("f64", MatMulPrecision.Exact, 1, 3, 5, 4), seconds: 1e-3);
        Assert.That(measured, Is.Not.Empty);
        Assert.That(measured.Select(static one => one.Seconds), Is.Ordered.And.All.GreaterThan(0));
        Assert.That(() => MatMulTuner.Measure(backend, Shape with { Rows = 0 }), Throws.TypeOf<SettingException>());
        Assert.That(() => MatMulTuner.Measure(backend, Shape with { Rows = 1 << 20, Inner = 1 << 20 }), Throws.TypeOf<SettingException>().With.Message.Contains("2 GiB"));
    }
}
