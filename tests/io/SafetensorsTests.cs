using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

[TestFixture]
public sealed class SafetensorsTests
{
    [Test]
    public void Reads_every_dtype_that_the_reference_writer_wrote()
    {
        SafetensorsContent content = Safetensors.Read(Fixture("numpy.safetensors"));
        Assert.Multiple(() =>
        {
            foreach ((string name, DType dtype) in ((string, DType)[])[("f64", DType.F64), ("f32", DType.F32), ("f16", DType.F32)])
            {
                Assert.That((content.Tensors[name].DType, content.Tensors[name].Shape), Is.EqualTo((dtype, Shape.Create([2, 3, 4]))), name);
                Assert.That(AsDoubles(content.Tensors[name]), Is.EqualTo(HalfSteps), name);
            }

            foreach ((string name, DType dtype, long modulus) in ((string, DType, long)[])
                [("i64", DType.I64, 0), ("i32", DType.I32, 0), ("i16", DType.I32, 0), ("i8", DType.I32, 0), ("u32", DType.I64, 1L << 32), ("u16", DType.I32, 1 << 16), ("u8", DType.I32, 256)])
            {
                Assert.That(content.Tensors[name].DType, Is.EqualTo(dtype), name);
                Assert.That(AsDoubles(content.Tensors[name]), Is.EqualTo(Ramp.Select(x => x < 0 ? x + modulus : x)), name);
            }

            Assert.That(content.Tensors["bool"].Read<bool>(), Is.EqualTo(Enumerable.Range(0, 24).Select(x => x % 3 == 0)));
            Assert.That(content.Tensors["scalar"].Shape, Is.EqualTo(Shape.Scalar));
            Assert.That(content.Tensors["scalar"].Item(), Is.EqualTo(2.5));
            Assert.That(content.Tensors["empty"].Shape, Is.EqualTo(Shape.Create([3, 0])));
            Assert.That(content.Tensors["日本 \"quoted\""].Read<float>(), Is.EqualTo([1f, 1f]));
            Assert.That(content.Metadata["note"], Is.EqualTo("line one\nline two, ü"));
        });
    }

    [Test]
    public void Reads_bfloat16_as_f32() =>
        Assert.That(AsDoubles(Safetensors.Read(Fixture("bf16.safetensors")).Tensors["bf16"]), Is.EqualTo(HalfSteps));

    [Test]
    public void Round_trip_keeps_every_bit_shape_and_text()
    {
        string path = Temporary("all.safetensors");
        Dictionary<string, string> metadata = new() { ["step"] = "12", ["ключ\n"] = "\"quoted\" \u0001 𝔸", [""] = "" };
        Safetensors.Write(path, Samples(), metadata);
        SafetensorsContent content = Safetensors.Read(path);
        Assert.That(content.Metadata, Is.EquivalentTo(metadata));
        Assert.That(content.Tensors, Has.Count.EqualTo(Samples().Count));
        foreach ((string name, Tensor tensor) in Samples()) AssertSame(content.Tensors[name], tensor, name);
    }

    [Test]
    public void A_file_without_tensors_round_trips()
    {
        using MemoryStream stream = new();
        Safetensors.Write(stream, Array.Empty<(string, Tensor)>());
        SafetensorsContent content = Safetensors.Read(stream.ToArray());
        Assert.That((content.Tensors.Count, content.Metadata.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Path_stream_and_repetition_give_the_same_bytes()
    {
        string path = Temporary("same.safetensors");
        Safetensors.Write(path, Samples());
        using MemoryStream stream = new();
        Safetensors.Write(stream, Samples());
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(stream.ToArray()));
    }

    [Test]
    public void Every_tensor_starts_at_a_multiple_of_its_number_size()
    {
        string path = Temporary("aligned.safetensors");
        Safetensors.Write(path, [("flags", Tensor.From([true])), ("half", Tensor.From([1f])), ("wide", Tensor.From([1.0]))]);
        using var file = SafetensorsFile.Open(path);
        long headerBytes = BitConverter.ToInt64(File.ReadAllBytes(path));
        foreach (SafetensorsEntry entry in file.Entries.Values)
            Assert.That((8 + headerBytes + entry.Begin) % entry.DType.Size(), Is.Zero, entry.Name);
    }

    [Test]
    public void An_open_file_lists_what_it_holds_and_reads_one_tensor_at_a_time()
    {
        using var file = SafetensorsFile.Open(Fixture("numpy.safetensors"));
        SafetensorsEntry entry = file.Entries["f16"];
        Assert.Multiple(() =>
        {
            Assert.That((entry.StoredAs, entry.DType, entry.Shape), Is.EqualTo(("F16", DType.F32, Shape.Create([2, 3, 4]))));
            Assert.That(AsDoubles(file.Read("f16")), Is.EqualTo(HalfSteps));
            Assert.That(file.Metadata["format"], Is.EqualTo("np"));
        });
        AssertFault(() => file.Read("absent"), file: Fixture("numpy.safetensors"), "no tensor named 'absent'");
    }

    [Test]
    public void Reading_from_a_closed_file_is_an_error_not_a_wild_access()
    {
        var file = SafetensorsFile.Open(Fixture("numpy.safetensors"));
        Tensor kept = file.Read("f32");
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("f32"));
        Assert.That(AsDoubles(kept), Is.EqualTo(HalfSteps));
    }

    [Test]
    public void An_open_file_can_be_replaced_and_still_reads_its_own_content()
    {
        string path = Temporary("replaced.safetensors");
        Safetensors.Write(path, [("x", Tensor.From([1f]))]);
        using var file = SafetensorsFile.Open(path);
        Safetensors.Write(path, [("x", Tensor.From([2f]))]);
        Assert.That(file.Read("x").Item(), Is.EqualTo(1));
        Assert.That(Safetensors.Read(path).Tensors["x"].Item(), Is.EqualTo(2));
    }

    // Not arguments of an attribute: those are stored as UTF-8, which would mend the broken pair.
    static readonly string[][] BadNames = [["a", "a", "taken twice"], ["a", "__metadata__", "reserved"], ["a", "\ud800", "surrogate"]];

    [TestCaseSource(nameof(BadNames))]
    public void Names_that_the_format_cannot_hold_leave_the_old_file(string first, string second, string words)
    {
        string path = Temporary("names.safetensors");
        Safetensors.Write(path, [("old", Tensor.From([1f]))]);
        AssertFault(() => Safetensors.Write(path, [(first, Tensor.Scalar(1)), (second, Tensor.Scalar(2))]), path, words);
        Assert.That(Safetensors.Read(path).Tensors.Keys, Is.EqualTo(["old"]));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
    }

    [Test]
    public void Reading_inside_a_recorded_step_is_refused()
    {
        Assert.Throws<PlanException>(() => Plan.Record(() => Npy.Read(Fixture("f4.npy"))));
        Assert.That(Npy.Read(Fixture("f4.npy")).Count, Is.EqualTo(24), "the recorder is off again");
    }
}
