using System.Runtime.InteropServices;
using System.Text;

namespace Adjoint.Gpu;

/// <summary>
/// The vendor's driver library (libcuda.so.1, nvcuda.dll), of which about forty functions are used. It is looked for when a device is asked for, stays loaded as long as the process, and is the only native
/// code that a program needs. ADJOINT_CUDA_DRIVER names another library.
/// </summary>
public sealed unsafe class CudaDriver
{
    /// <summary>The oldest driver that reads the kernels' instruction set 8.0: version 12.0, branch 525.</summary>
    public const int MinimumVersion = 12000;

    static readonly Lock Gate = new();
    static readonly Dictionary<string, CudaDriver> Loaded = new(StringComparer.Ordinal);

    CudaDriver(DriverFunctions functions, DriverReport report)
    {
        Functions = functions;
        Path = report.LoadedFrom!;
        Version = report.Version;
        HasGraphs = report.MissingGraphFunctions.Count == 0;
    }

    /// <summary>Name or path of the library.</summary>
    public string Path { get; }

    /// <summary>The newest version of the interface that the driver serves: 12040 is 12.4.</summary>
    public int Version { get; }

    /// <summary>Whether launches can be recorded into graphs.</summary>
    public bool HasGraphs { get; }

    internal DriverFunctions Functions { get; }

    /// <summary>Loads and starts the driver.</summary>
    /// <param name="path">A library; null for the one that ADJOINT_CUDA_DRIVER names, or else the system's.</param>
    /// <exception cref="CudaException">There is none, it is too old, or it has no device; the message says what to do.</exception>
    public static CudaDriver Load(string? path = null)
    {
        lock (Gate)
        {
            string key = path ?? "";
            if (Loaded.TryGetValue(key, out CudaDriver? driver)) return driver;
            var report = new DriverReport();
            driver = Start(path, report) ?? throw new CudaException(report.Problem!);
            Loaded.Add(key, driver);
            return driver;
        }
    }

    /// <summary>What there is of the driver and its devices, for people. Never throws, and opens no device.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    public static DriverReport Probe(string? path = null)
    {
        var report = new DriverReport();
        if (Start(path, report) is { } driver) driver.Describe(report);
        return report;
    }

    /// <summary>How many devices there are.</summary>
    internal int DeviceCount()
    {
        int count = 0;
        Check(Functions.DeviceGetCount(&count), "cuDeviceGetCount");
        return count;
    }

    /// <summary>Name, capability and sizes of a device.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="handle">The driver's own number of it.</param>
    internal DriverDevice Describe(int index, out int handle)
    {
        int device = 0;
        Check(Functions.DeviceGet(&device, index), "cuDeviceGet");
        byte* name = stackalloc byte[256];
        Check(Functions.DeviceGetName(name, 256, device), "cuDeviceGetName");
        nuint bytes = 0;
        Check(Functions.DeviceTotalMem(&bytes, device), "cuDeviceTotalMem_v2");
        handle = device;
        return new(
            index,
            Text(name),
            Attribute(device, DeviceAttribute.ComputeCapabilityMajor),
            Attribute(device, DeviceAttribute.ComputeCapabilityMinor),
            (long)bytes,
            Attribute(device, DeviceAttribute.Multiprocessors));
    }

    /// <summary>A property of a device.</summary>
    internal int Attribute(int device, DeviceAttribute attribute)
    {
        int value = 0;
        Check(Functions.DeviceGetAttribute(&value, (int)attribute, device), "cuDeviceGetAttribute");
        return value;
    }

    /// <summary>Throws for an error outside of a device's context.</summary>
    internal void Check(int code, string call)
    {
        if (code != 0) throw Error(code, call, kernel: null, detail: "");
    }

    /// <summary>The exception for an error.</summary>
    /// <param name="code">The driver's code.</param>
    /// <param name="call">The function that returned it.</param>
    /// <param name="kernel">The kernel concerned, if any.</param>
    /// <param name="detail">More about it, as a part of a sentence; may be empty.</param>
    /// <param name="remedy">What to do; null for the code's own advice.</param>
    internal CudaException Error(int code, string call, string? kernel, string detail, string? remedy = null)
    {
        string name = ErrorText(Functions.GetErrorName, code), text = ErrorText(Functions.GetErrorString, code);
        if (name.Length == 0) name = $"error {code}";
        string message = $"{call}: {name}{(text.Length == 0 ? "" : $" ({text})")}{(detail.Length == 0 ? "" : $": {detail}")}. {remedy ?? CudaCode.Remedy(code)}";
        return new CudaException(message, call, code, name, kernel);
    }

    static string ErrorText(delegate* unmanaged<int, byte**, int> function, int code)
    {
        byte* text = null;
        return function(code, &text) == 0 && text is not null ? Text(text) : "";
    }

    static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    void Describe(DriverReport report)
    {
        try
        {
            int count = DeviceCount();
            for (int i = 0; i < count; i++) report.DeviceList.Add(Describe(i, out _));
            if (count == 0) report.Problem = $"The driver has no device. {CudaCode.Remedy(CudaCode.NoDevice)}";
            else if (!report.Devices.Any(static device => device.IsSupported)) report.Problem = "No device has compute capability 8.0 or more, which the kernels need. Use --device cpu.";
        }
        catch (CudaException exception)
        {
            report.Problem = exception.Message;
        }
    }

    static CudaDriver? Start(string? path, DriverReport report)
    {
        path ??= Settings.CudaDriverPath;
        nint library = 0;
        foreach (string candidate in path is null ? Names() : [path])
        {
            report.SearchedList.Add(candidate);
            if (!NativeLibrary.TryLoad(candidate, out library)) continue;
            report.LoadedFrom = candidate;
            break;
        }

        if (report.LoadedFrom is null)
        {
            report.Problem = path is null
                ? $"No CUDA driver: {string.Join(" and ", report.Searched)} cannot be loaded. Install NVIDIA's driver (525 or newer), or use --device cpu."
                : $"No CUDA driver: {path} {(File.Exists(path) ? "is not a library that this process can load" : "does not exist")}. Change or unset ADJOINT_CUDA_DRIVER.";
            return null;
        }

        var functions = new DriverFunctions(library, report.MissingList, report.MissingGraphsList);
        int version = 0, code = functions.DriverGetVersion is null ? 0 : functions.DriverGetVersion(&version);
        report.Version = version;
        if (version is > 0 and < MinimumVersion)
        {
            report.Problem = $"The CUDA driver is of version {DriverReport.Text(version)}, the kernels need {DriverReport.Text(MinimumVersion)}. Install driver 525 or newer.";
        }
        else if (report.MissingFunctions.Count != 0)
        {
            report.Problem = $"The CUDA driver {report.LoadedFrom} lacks {string.Join(", ", report.MissingFunctions)}. Install driver 525 or newer, or point ADJOINT_CUDA_DRIVER to the right library.";
        }
        else
        {
            var driver = new CudaDriver(functions, report);
            string call = "cuDriverGetVersion";
            if (code == 0)
            {
                call = "cuInit";
                code = functions.Init(0);
            }

            if (code == 0) return driver;
            report.Problem = driver.Error(code, call, kernel: null, detail: "").Message;
        }

        return null;
    }

    static string[] Names()
    {
        if (OperatingSystem.IsWindows()) return ["nvcuda.dll"];

        // The second place is where Windows puts its driver for the Linux systems that it hosts.
        return ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"];
    }
}
