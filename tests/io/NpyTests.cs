using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

[TestFixture]
public sealed class NpyTests
{
    [TestCase("f2.npy", DType.F32)]
    [TestCase("f4.npy", DType.F32)]
    [TestCase("f8.npy", DType.F64)]
    [TestCase("big_f2.npy", DType.F32)]
    [TestCase("big_f4.npy", DType.F32)]
    [TestCase("big_f8.npy", DType.F64)]
    [TestCase("fortran_f4.npy", DType.F32)]
    [TestCase("big_fortran_f8.npy", DType.F64)]
    [TestCase("version2.npy", DType.F32)]
    [TestCase("version3.npy", DType.F32)]
    public void Reads_floats_as_numpy_wrote_them(string name, DType dtype)
    {
        Tensor tensor = Npy.Read(Fixture(name));
        Assert.That((tensor.DType, tensor.Shape), Is.EqualTo((dtype, Shape.Create([2, 3, 4]))));
        Assert.That(AsDoubles(tensor), Is.EqualTo(HalfSteps));
    }

    [TestCase("i1.npy", DType.I32, 0)]
    [TestCase("i2.npy", DType.I32, 0)]
    [TestCase("i4.npy", DType.I32, 0)]
    [TestCase("i8.npy", DType.I64, 0)]
    [TestCase("u1.npy", DType.I32, 1L << 8)]
    [TestCase("u2.npy", DType.I32, 1L << 16)]
    [TestCase("u4.npy", DType.I64, 1L << 32)]
    [TestCase("big_i2.npy", DType.I32, 0)]
    [TestCase("big_i4.npy", DType.I32, 0)]
    [TestCase("big_i8.npy", DType.I64, 0)]
    [TestCase("big_u2.npy", DType.I32, 1L << 16)]
    [TestCase("big_u4.npy", DType.I64, 1L << 32)]
    [TestCase("fortran_i8.npy", DType.I64, 0)]
    public void Reads_integers_as_numpy_wrote_them(string name, DType dtype, long modulus)
    {
        Tensor tensor = Npy.Read(Fixture(name));
        Assert.That((tensor.DType, tensor.Shape), Is.EqualTo((dtype, Shape.Create([2, 3, 4]))));
        Assert.That(AsDoubles(tensor), Is.EqualTo(Ramp.Select(x => x < 0 ? x + modulus : x)));
    }

    [Test]
    public void Reads_truth_values_scalars_and_empty_arrays() => Assert.Multiple(() =>
    {
        Assert.That(Npy.Read(Fixture("b1.npy")).Read<bool>(), Is.EqualTo(Enumerable.Range(0, 24).Select(x => x % 3 == 0)));
        Assert.That(Npy.Read(Fixture("scalar_f8.npy")).Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(Npy.Read(Fixture("scalar_f8.npy")).Item(), Is.EqualTo(2.5));
        Assert.That(Npy.Read(Fixture("scalar_i4.npy")).Read<int>(), Is.EqualTo([-7]));
        Assert.That(Npy.Read(Fixture("empty_f4.npy")).Shape, Is.EqualTo(Shape.Create([0])));
        Assert.That(Npy.Read(Fixture("empty_matrix_i8.npy")).Shape, Is.EqualTo(Shape.Create([3, 0, 2])));
    });

    [TestCase("text.npy")]
    [TestCase("text_fortran.npy")]
    [TestCase("text_big.npy")]
    public void Reads_text_in_either_byte_and_memory_order(string name)
    {
        Assert.That(Npy.ReadText(Fixture(name), out Shape shape), Is.EqualTo(["alpha", "", "γάμμα", "δ", "naïve", "𝔸𝔹"]));
        Assert.That(shape, Is.EqualTo(Shape.Create([2, 3])));
    }

    [Test]
    public void Reads_byte_text() => Assert.That(Npy.ReadText(Fixture("text_bytes.npy")), Is.EqualTo(["ACGT", "", "TT"]));

    [Test]
    public void Round_trip_keeps_every_bit_and_shape()
    {
        foreach ((string name, Tensor tensor) in Samples())
        {
            string path = Temporary($"{name}.npy");
            Npy.Write(path, tensor);
            AssertSame(Npy.Read(path), tensor, name);
            Assert.That(File.ReadAllBytes(path).AsSpan().IndexOf((byte)'\n') % 64, Is.EqualTo(63), "the data is aligned");
        }
    }

    [TestCase("f4.npy")]
    [TestCase("i8.npy")]
    [TestCase("b1.npy")]
    [TestCase("scalar_f8.npy")]
    [TestCase("empty_matrix_i8.npy")]
    public void Writes_the_same_bytes_as_numpy(string name)
    {
        using MemoryStream stream = new();
        Npy.Write(stream, Npy.Read(Fixture(name)));
        Assert.That(stream.ToArray(), Is.EqualTo(File.ReadAllBytes(Fixture(name))));
    }

    [Test]
    public void Headers_of_Python_2_and_in_other_key_order_are_read()
    {
        byte[] file = NpyBytes("{\"shape\":(2L,) , \"fortran_order\":False,\n\"descr\":\"<i4\"}", 8);
        Assert.That(Npy.Read(file).Shape, Is.EqualTo(Shape.Create([2])));
    }

    [TestCase("stored.npz")]
    [TestCase("compressed.npz")]
    public void Reads_archives_of_numpy_in_their_order(string name)
    {
        IReadOnlyDictionary<string, Tensor> arrays = Npz.Read(Fixture(name));
        Assert.Multiple(() =>
        {
            Assert.That(arrays.Keys, Is.EqualTo(["weights", "steps", "empty"]));
            Assert.That(AsDoubles(arrays["weights"]), Is.EqualTo(HalfSteps));
            Assert.That(arrays["steps"].Read<long>(), Is.EqualTo(Ramp));
            Assert.That(arrays["empty"].Shape, Is.EqualTo(Shape.Create([0, 2])));
        });
    }

    [Test]
    public void Reads_text_and_numbers_from_one_archive()
    {
        string path = Fixture("with_text.npz");
        Assert.That(Npz.Names(path), Is.EqualTo(["names", "values"]));
        Assert.That(Npz.ReadText(path, "names"), Does.Contain("γάμμα"));
        Assert.That(AsDoubles(Npz.Read(path, "values")), Is.EqualTo(HalfSteps));
        AssertFault(() => Npz.Read(path), path, "holds text");
        AssertFault(() => Npz.Read(path, "absent"), path, "no array named 'absent'");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Archives_round_trip_and_equal_tensors_give_equal_files(bool compress)
    {
        string path = Temporary("all.npz"), again = Temporary("again.npz");
        var tensors = Samples().Select(x => KeyValuePair.Create(x.Name, x.Tensor)).ToArray();
        Npz.Write(path, tensors, compress);
        Npz.Write(again, tensors, compress);
        IReadOnlyDictionary<string, Tensor> arrays = Npz.Read(path);
        Assert.That(arrays.Keys, Is.EqualTo(tensors.Select(x => x.Key)));
        foreach ((string name, Tensor tensor) in tensors) AssertSame(arrays[name], tensor, name);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(File.ReadAllBytes(again)));
    }

    [Test]
    public void An_archive_with_a_name_taken_twice_is_not_written()
    {
        string path = Temporary("twice.npz");
        AssertFault(() => Npz.Write(path, [new("a", Tensor.Scalar(1)), new("a", Tensor.Scalar(2))]), path, "taken twice");
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!), Is.Empty);
    }
}
