using System.Diagnostics;
using NUnit.Framework;
using static Adjoint.Tests.IoFiles;

namespace Adjoint.Tests;

/// <summary>Our files in the hands of numpy and safetensors, where a Python with them is installed.</summary>
[TestFixture]
public sealed class NumpyInteropTests
{
    // Prints name, dtype, shape and the bytes of every array in hexadecimal.
    const string Show = """
        import sys, numpy as np
        def show(name, a):
            a = np.asarray(a)
            print(name, a.dtype.str, 'x'.join(map(str, a.shape)), np.ascontiguousarray(a).tobytes().hex(), sep='|')
        """;

    [Test]
    public void Numpy_reads_our_npy()
    {
        List<string> paths = [];
        foreach ((string name, Tensor tensor) in Samples())
        {
            paths.Add(Temporary($"{name}.npy"));
            Npy.Write(paths[^1], tensor);
        }

        AssertShown(Python("numpy", "import os\nfor p in sys.argv[1:]: show(os.path.basename(p)[:-4], np.load(p, allow_pickle=False))", paths));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Numpy_reads_our_npz(bool compress)
    {
        string path = Temporary("all.npz");
        Npz.Write(path, Samples().Select(x => KeyValuePair.Create(x.Name, x.Tensor)), compress);
        AssertShown(Python("numpy", "f = np.load(sys.argv[1], allow_pickle=False)\nfor n in f.files: show(n, f[n])", [path]));
    }

    [Test]
    public void Safetensors_reads_our_safetensors()
    {
        string path = Temporary("all.safetensors");
        Safetensors.Write(path, Samples(), new Dictionary<string, string> { ["note"] = "ok" });
        AssertShown(Python(
            "safetensors.numpy",
            "from safetensors import safe_open\nf = safe_open(sys.argv[1], 'np')\nassert f.metadata() == {'note': 'ok'}\nfor n in f.keys(): show(n, f.get_tensor(n))",
            [path]));
    }

    static void AssertShown(string[] lines)
    {
        IEnumerable<string> expected = Samples().Select(sample =>
        {
            using MemoryStream stream = new();
            TensorBytes.Write(stream, sample.Tensor);
            string dtype = sample.Tensor.DType switch { DType.F32 => "<f4", DType.F64 => "<f8", DType.I32 => "<i4", DType.I64 => "<i8", _ => "|b1" };
            return $"{sample.Name}|{dtype}|{string.Join('x', sample.Tensor.Shape)}|{Convert.ToHexStringLower(stream.ToArray())}";
        });
        Assert.That(lines, Is.EquivalentTo(expected));
    }

    static string[] Python(string module, string script, IReadOnlyList<string> arguments)
    {
        (int code, string output, string error) = Run(["-c", $"import {module}"]);
        if (code != 0) Assert.Ignore($"python3 with {module} is not on the PATH");
        (code, output, error) = Run(["-c", $"{Show}\n{script}", .. arguments]);
        Assert.That(code, Is.Zero, error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static (int Code, string Output, string Error) Run(IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            return (-1, "", failure.Message);
        }
    }
}
