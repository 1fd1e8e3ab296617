using System.Globalization;
using System.Text;
using ILGPU.Runtime.OpenCL;

namespace Adjoint.Kernels.Gpu;

/// <summary>One device as OpenCL shows it.</summary>
/// <param name="Index">Its number: opencl:Index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Platform">Whose implementation of OpenCL serves it.</param>
/// <param name="Major">Major version of its OpenCL C.</param>
/// <param name="Minor">Minor version.</param>
/// <param name="HasGenericAddresses">Whether one pointer may be to global or local memory.</param>
/// <param name="HasDoubles">Whether it computes in f64.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Units">Its compute units.</param>
public sealed record OpenClDevice(int Index, string Name, string Platform, int Major, int Minor, bool HasGenericAddresses, bool HasDoubles, long MemoryBytes, int Units)
{
    const string Pocl = "Portable Computing Language", PoclMethod = "POCL_WORK_GROUP_METHOD";

    /// <summary>Whether kernels run on it.</summary>
    public bool IsSupported => Missing is null;

    /// <summary>What kernels need and it has not; null if it has all.</summary>
    public string? Missing => Major < 2 ? "OpenCL C 2.0" : !HasGenericAddresses ? "generic addresses" : !HasDoubles ? "f64" : null;

    /// <summary>The device in one line.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} by {Platform}, OpenCL C {Major}.{Minor}{(Missing is null ? "" : $" ({Missing} is needed)")}, {Units} compute units, {MemoryBytes / 1073741824.0:F1} GiB{Advice}");

    // Its default way through the threads of a block ends the process at some kernels; it reads the variable when it is loaded.
    string Advice => Platform == Pocl && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PoclMethod)) ? $"; set {PoclMethod}=loops, without which PoCL may end the process" : "";

    internal static OpenClDevice Of(CLDevice device, int index) => new(
        index, device.Name, device.PlatformName, device.CLStdVersion.Major, device.CLStdVersion.Minor, device.Capabilities.GenericAddressSpace, device.Capabilities.Float64, device.MemorySize, device.NumMultiprocessors);

    /// <inheritdoc/>
    public override string ToString() => $"opencl:{Index} {Description}";
}

/// <summary>What was found of OpenCL, and what to do where something is missing.</summary>
/// <param name="LoadedFrom">The library; null if none was found.</param>
/// <param name="Searched">Names that were tried, in order.</param>
/// <param name="Devices">All devices.</param>
public sealed record OpenClReport(string? LoadedFrom, IReadOnlyList<string> Searched, IReadOnlyList<OpenClDevice> Devices)
{
    const string Remedy = "Install the OpenCL runtime of a device, such as PoCL 6 (package pocl-opencl-icd of Debian 13), or use cpu.";

    /// <summary>What is missing, in one line that ends with the remedy; null if nothing is.</summary>
    public string? Problem
    {
        get
        {
            if (LoadedFrom is null) return $"No OpenCL library ({string.Join(", ", Searched)}). {Remedy}";
            if (Devices.Count == 0) return $"The OpenCL library {LoadedFrom} has no device. {Remedy}";
            OpenClDevice[] others = [.. Devices.Where(static device => !device.IsSupported)];
            return others.Length == 0 ? null : $"Kernels do not run on {string.Join(", or on ", others.Select(static device => device.ToString()))}. Use another device, or cpu.";
        }
    }

    /// <summary>All of it, one fact a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(LoadedFrom is null ? "no library" : $"library {LoadedFrom}");
        foreach (OpenClDevice device in Devices) text.Append('\n').Append(device);
        if (Problem is { } problem) text.Append('\n').Append(problem);
        return text.ToString();
    }
}
