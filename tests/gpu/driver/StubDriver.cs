using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Adjoint.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>The driver library of stub_driver.c, compiled once for the fixtures of this folder, and its controls.</summary>
[SetUpFixture]
public sealed unsafe partial class StubDriver
{
    static readonly Dictionary<string, string> Compiled = new(StringComparer.Ordinal);
    static string? folder;
    static nint library;

    /// <summary>The whole library as a driver.</summary>
    public static CudaDriver Driver => CudaDriver.Load(Path());

    /// <summary>The calls since the last <see cref="Clear"/>, one a string.</summary>
    public static string[] Log => LogOf(Path()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The log of a library that was compiled with flags.</summary>
    public static string LogOf(string path) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(NativeLibrary.Load(path), "stub_log"))()) ?? "";

    /// <summary>Skips the test where the library cannot be compiled, and brings it back to the start.</summary>
    public static void Begin()
    {
        if (OperatingSystem.IsWindows() || Compiler() is null) Assert.Ignore("The stand-in for the CUDA driver needs a C compiler: no cc on the PATH.");
        ((delegate* unmanaged<void>)Control("stub_reset"))();
    }

    /// <summary>Path of the library, compiled with flags.</summary>
    public static string Path(string flags = "")
    {
        if (Compiled.TryGetValue(flags, out string? path)) return path;
        folder ??= Directory.CreateTempSubdirectory("adjoint-driver-").FullName;
        path = System.IO.Path.Combine(folder, $"libstub{Compiled.Count}.so");
        string source = System.IO.Path.Combine(Repository.Root, "tests", "gpu", "driver", "stub_driver.c");
        var (code, output) = Repository.Run(Compiler()!, $"-std=c11 -Wall -shared -fPIC -O1 {flags} \"{source}\" -o \"{path}\"", seconds: 60);
        Assert.That(code, Is.Zero, output);
        Compiled.Add(flags, path);
        return path;
    }

    /// <summary>Changes a property of the machine.</summary>
    public static void Set(string key, long value)
    {
        fixed (byte* text = Text(key)) ((delegate* unmanaged<byte*, long, void>)Control("stub_set"))(text, value);
    }

    /// <summary>Makes the n-th call of a function from now on fail.</summary>
    public static void Fail(string function, int code, int nth = 1)
    {
        fixed (byte* text = Text(function)) ((delegate* unmanaged<byte*, int, int, void>)Control("stub_fail"))(text, nth, code);
    }

    /// <summary>Makes a kernel lose the device when it runs.</summary>
    public static void Fault(string kernel, int code)
    {
        fixed (byte* text = Text(kernel)) ((delegate* unmanaged<byte*, int, void>)Control("stub_fault"))(text, code);
    }

    /// <summary>Empties the log.</summary>
    public static void Clear() => ((delegate* unmanaged<void>)Control("stub_clear"))();

    /// <summary>How many objects of a kind are not released.</summary>
    public static long Live(string kind)
    {
        fixed (byte* text = Text(kind)) return ((delegate* unmanaged<byte*, long>)Control("stub_live"))(text);
    }

    /// <summary>Asserts that everything that was made was released.</summary>
    public static void AssertNothingIsLeft() => Assert.Multiple(static () =>
    {
        foreach (string kind in (string[])["memory", "bytes", "host", "stream", "event", "module", "graph", "exec", "context", "queue"])
            Assert.That(Live(kind), Is.Zero, $"{kind} is left");
    });

    /// <summary>The argument bytes of the logged launches of a kernel.</summary>
    /// <param name="kind">cuLaunchKernel, recorded or graph.</param>
    /// <param name="kernel">Name of the kernel.</param>
    public static byte[][] Arguments(string kind, string kernel) =>
        [.. Log.Where(line => line.StartsWith($"{kind} {kernel} ", StringComparison.Ordinal)).Select(line => Convert.FromHexString(Bytes().Match(line).Groups[1].Value))];

    /// <summary>Path of the C compiler; null without one.</summary>
    public static string? Compiler() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(static place => System.IO.Path.Combine(place, "cc")).FirstOrDefault(File.Exists);

    [OneTimeTearDown]
    public void RemoveFolder()
    {
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text + "\0");

    static nint Control(string name)
    {
        if (library == 0) library = NativeLibrary.Load(Path());
        return NativeLibrary.GetExport(library, name);
    }

    [GeneratedRegex("args=([0-9a-f]*)$")]
    private static partial Regex Bytes();
}
