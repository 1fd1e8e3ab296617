using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

[TestFixture]
public sealed class AtomicFileTests
{
    [Test]
    public void A_new_file_appears_whole_and_alone()
    {
        string path = Temporary("new.bin");
        AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2]);
            Assert.That(File.Exists(path), Is.False, "nothing is visible before the end");
            stream.Write([3]);
        });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        AssertAlone(path);
    }

    [Test]
    public void A_longer_old_file_is_replaced_as_a_whole()
    {
        string path = Temporary("old.bin");
        File.WriteAllBytes(path, new byte[1000]);
        AtomicFile.Write(path, stream => stream.WriteByte(7));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 7 }));
        AssertAlone(path);
    }

    [Test]
    public void A_failure_while_writing_keeps_the_old_file_and_its_own_type()
    {
        string path = Temporary("old.bin");
        File.WriteAllBytes(path, [9]);
        Assert.Throws<InvalidTimeZoneException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidTimeZoneException();
        }));
        AssertFault(() => AtomicFile.Write(path, _ => throw new IOException("No space left on device")), path, "No space left");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 9 }));
        AssertAlone(path);
    }

    [Test]
    public void A_tensor_whose_step_has_ended_fails_without_a_trace()
    {
        string path = Temporary("stale.safetensors");
        Safetensors.Write(path, [("x", Tensor.From([1f]))]);
        Tensor stale;
        using (Step.Begin()) stale = Tensor.From([2f]);
        Assert.Throws<LifetimeException>(() => Safetensors.Write(path, [("big", Tensor.Zeros([1000])), ("x", stale)]));
        Assert.Throws<LifetimeException>(() => Npy.Write(path, stale));
        Assert.Throws<LifetimeException>(() => Npz.Write(path, [new("x", stale)]));
        Assert.That(Safetensors.Read(path).Tensors["x"].Item(), Is.EqualTo(1));
        AssertAlone(path);
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_an_error_with_a_remedy()
    {
        string file = Temporary("file"), inside = Path.Combine(file, "x.npy"), absent = Path.Combine(Path.GetDirectoryName(file)!, "absent", "x.npy");
        File.WriteAllBytes(file, []);
        Tensor tensor = Tensor.From([1f]);
        AssertFault(() => Npy.Write(inside, tensor), inside, "cannot be written");
        AssertFault(() => Npy.Write(absent, tensor), absent, "Create the folder");
        AssertFault(() => Npy.Write(Path.GetDirectoryName(file)!, tensor), Path.GetDirectoryName(file)!, "is a folder");
        AssertFault(() => Npy.Write("", tensor), "", "cannot be written");
        AssertFault(() => Npy.Write("a\0b", tensor), "a?b", "cannot be written");
        AssertAlone(file);
    }

    [Test]
    public void A_link_stays_and_its_target_is_replaced()
    {
        string target = Temporary("target.bin"), link = Temporary("link.bin");
        File.WriteAllBytes(target, [1]);
        try
        {
            File.CreateSymbolicLink(link, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Assert.Ignore($"links cannot be made here: {failure.Message}");
        }

        AtomicFile.Write(link, stream => stream.WriteByte(2));
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(target));
        Assert.That(File.ReadAllBytes(target), Is.EqualTo(new byte[] { 2 }));
        AssertAlone(target);
    }

    [Test]
    public void A_tensor_beyond_two_gigabytes_is_a_shape_error() =>
        Assert.Throws<ShapeException>(() => Tensor.Zeros([1 << 30], DType.F64));

    static void AssertAlone(string path) =>
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!), Is.EqualTo([path]), "no temporary file is left");
}
