using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Fixtures, temporary folders, and what every error of a reader must look like.</summary>
static class IoFiles
{
    static readonly Lazy<string> Root = new(() => Directory.CreateTempSubdirectory("adjoint-io-").FullName);

    static int folders;

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "io", name);

    public static IEnumerable<string> Fixtures(string pattern) =>
        Directory.EnumerateFiles(Fixture(""), pattern).Select(x => Path.GetFileName(x)!).Order(StringComparer.Ordinal);

    /// <summary>A file name in a new, empty folder that is removed at the end of the test run.</summary>
    public static string Temporary(string name)
    {
        string folder = Path.Combine(Root.Value, Interlocked.Increment(ref folders).ToString(CultureInfo.InvariantCulture));
        return Path.Combine(Directory.CreateDirectory(folder).FullName, name);
    }

    /// <summary>The call must fail with one line that names the file, says what is wrong (with the given words) and ends with a remedy.</summary>
    public static void AssertFault(Action call, string file, string words)
    {
        DataException fault = Assert.Throws<DataException>(call)!;
        Assert.Multiple(() =>
        {
            Assert.That(fault.Message, Does.StartWith(file), "the message names the file first");
            Assert.That(fault.Message, Does.Contain(words));
            Assert.That(fault.Message.Any(char.IsControl), Is.False, "the message is one line");
            Assert.That(fault.Message, Does.Match(@"\. .*\.$"), "a remedy follows the problem");
        });
    }

    /// <summary>Removes all temporary folders.</summary>
    public static void RemoveTemporary()
    {
        if (Root.IsValueCreated) Directory.Delete(Root.Value, recursive: true);
    }

    public static byte[] SafetensorsBytes(string json, int dataBytes)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataBytes]];
    }

    public static byte[] NpyBytes(string dictionary, int dataBytes, byte major = 1)
    {
        byte[] header = Encoding.Latin1.GetBytes(dictionary);
        byte[] length = major == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. header, .. new byte[dataBytes]];
    }

    /// <summary>What the fixture script calls half_steps: (i - 5) / 4 in the shape [2, 3, 4].</summary>
    public static double[] HalfSteps { get; } = [.. Enumerable.Range(-5, 24).Select(x => x / 4.0)];

    /// <summary>What the fixture script calls ramp: i - 5 in the shape [2, 3, 4].</summary>
    public static long[] Ramp { get; } = [.. Enumerable.Range(-5, 24).Select(x => (long)x)];

    public static double[] AsDoubles(Tensor tensor) => tensor.DType switch
    {
        DType.F32 => Array.ConvertAll(tensor.Read<float>(), x => (double)x),
        DType.F64 => tensor.Read<double>(),
        DType.I32 => Array.ConvertAll(tensor.Read<int>(), x => (double)x),
        DType.I64 => Array.ConvertAll(tensor.Read<long>(), x => (double)x),
        _ => Array.ConvertAll(tensor.Read<bool>(), x => x ? 1.0 : 0.0),
    };

    /// <summary>
    /// Tensors of every dtype and of awkward shapes: rank 0, empty, one axis, eight axes, views with gaps; with values that rounding would spoil.
    /// </summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Samples() =>
    [
        ("f32", Tensor.From([float.NaN, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue, 0.1f], [2, 3])),
        ("f64", Tensor.From([double.NaN, double.PositiveInfinity, -0.0, double.Epsilon, double.MaxValue, 0.1], [3, 2])),
        ("i32", Tensor.From([int.MinValue, -1, 0, int.MaxValue])),
        ("i64", Tensor.From([long.MinValue, -1L, 0L, long.MaxValue], [2, 1, 2])),
        ("bool", Tensor.From([true, false, true])),
        ("scalar", Tensor.Scalar(2.5)),
        ("empty", Tensor.Zeros([0])),
        ("empty_matrix", Tensor.Zeros([3, 0, 2], DType.I64)),
        ("eight_axes", Tensor.Range(4, dtype: DType.I32).Reshape([1, 2, 1, 1, 2, 1, 1, 1])),
        ("transposed", Tensor.Range(6, dtype: DType.F32).Reshape([2, 3]).Permute(1, 0)),
        ("expanded", Tensor.From([1f, 2f], [2, 1]).Expand([2, 3])),
    ];

    /// <summary>Same dtype, shape and bits.</summary>
    public static void AssertSame(Tensor actual, Tensor expected, string name)
    {
        Assert.That((actual.DType, actual.Shape), Is.EqualTo((expected.DType, expected.Shape)), name);
        Assert.That(Bits(actual), Is.EqualTo(Bits(expected)), name);
    }

    static byte[] Bits(Tensor tensor)
    {
        using MemoryStream stream = new();
        TensorBytes.Write(stream, tensor);
        return stream.ToArray();
    }
}

/// <summary>Runs once, after all tests.</summary>
[SetUpFixture]
public sealed class IoFilesCleanup
{
    [OneTimeTearDown]
    public void RemoveTemporaryFolders() => IoFiles.RemoveTemporary();
}
