using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

[TestFixture]
public sealed class IdxTests
{
    [TestCase("i1.idx", 0)]
    [TestCase("i2.idx", 0)]
    [TestCase("i4.idx", 0)]
    [TestCase("u1.idx", 256)]
    public void Reads_integers_as_i32(string name, long modulus)
    {
        Tensor tensor = Idx.Read(Fixture(name));
        Assert.That((tensor.DType, tensor.Shape), Is.EqualTo((DType.I32, Shape.Create([2, 3, 4]))));
        Assert.That(AsDoubles(tensor), Is.EqualTo(Ramp.Select(x => x < 0 ? x + modulus : x)));
    }

    [TestCase("f4.idx", DType.F32)]
    [TestCase("f8.idx", DType.F64)]
    public void Reads_floats_as_they_are(string name, DType dtype)
    {
        Tensor tensor = Idx.Read(Fixture(name));
        Assert.That((tensor.DType, tensor.Shape), Is.EqualTo((dtype, Shape.Create([2, 3, 4]))));
        Assert.That(AsDoubles(tensor), Is.EqualTo(HalfSteps));
    }

    [Test]
    public void Reads_gzipped_images_as_bytes_and_as_a_tensor()
    {
        byte[] pixels = Idx.ReadBytes(Fixture("images.idx.gz"), out Shape shape);
        Assert.That(shape, Is.EqualTo(Shape.Create([5, 7, 7])));
        Assert.That(pixels, Is.EqualTo(Enumerable.Range(0, 245).Select(x => (byte)x)));
        Assert.That(Idx.Read(Fixture("images.idx.gz")).Read<int>(), Is.EqualTo(Enumerable.Range(0, 245)));
    }

    [Test]
    public void Floats_are_not_given_out_as_image_bytes() =>
        AssertFault(() => Idx.ReadBytes(Fixture("f4.idx"), out _), Fixture("f4.idx"), "not unsigned bytes");

    [Test]
    public void Inflating_stops_at_the_limit() =>
        AssertFault(() => Idx.Read(Fixture("images.idx.gz"), maxBytes: 100), Fixture("images.idx.gz"), "more than 100 bytes");
}
