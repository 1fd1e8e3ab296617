using System.Globalization;
using System.Text;

namespace Adjoint.Gpu;

/// <summary>One device as the driver shows it.</summary>
/// <param name="Index">Its number: cuda:Index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Major">Major compute capability.</param>
/// <param name="Minor">Minor compute capability.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Multiprocessors">Its multiprocessors.</param>
public sealed record DriverDevice(int Index, string Name, int Major, int Minor, long MemoryBytes, int Multiprocessors)
{
    /// <summary>Whether kernels exist for it, which takes compute capability 8.0 at least.</summary>
    public bool IsSupported => Major >= 8;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"cuda:{Index} {Name}, compute capability {Major}.{Minor}{(IsSupported ? "" : " (8.0 is needed)")}, {Multiprocessors} multiprocessors, {MemoryBytes / 1073741824.0:F1} GiB");
}

/// <summary>What was found of the driver, and what to do where something is missing.</summary>
public sealed class DriverReport
{
    readonly List<string> searched = [], missing = [], missingGraphs = [];
    readonly List<DriverDevice> devices = [];

    internal DriverReport()
    {
    }

    /// <summary>Whether at least one device can be opened.</summary>
    public bool IsUsable => Problem is null;

    /// <summary>The library that was loaded; null if none was.</summary>
    public string? LoadedFrom { get; internal set; }

    /// <summary>Names and paths that were tried, in order.</summary>
    public IReadOnlyList<string> Searched => searched;

    /// <summary>The driver's version as it counts: 12040 is 12.4; 0 if unknown.</summary>
    public int Version { get; internal set; }

    /// <summary>Functions that the library lacks and without which nothing runs.</summary>
    public IReadOnlyList<string> MissingFunctions => missing;

    /// <summary>Functions for graphs that the library lacks; without them, launches of a plan go out one by one.</summary>
    public IReadOnlyList<string> MissingGraphFunctions => missingGraphs;

    /// <summary>The devices.</summary>
    public IReadOnlyList<DriverDevice> Devices => devices;

    /// <summary>What is missing, in one line that ends with the remedy; null if nothing is.</summary>
    public string? Problem { get; internal set; }

    internal List<string> SearchedList => searched;

    internal List<string> MissingList => missing;

    internal List<string> MissingGraphsList => missingGraphs;

    internal List<DriverDevice> DeviceList => devices;

    /// <summary>A version as people write it: 12040 is 12.4.</summary>
    internal static string Text(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    /// <summary>All of it, one fact a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(LoadedFrom is null ? $"no driver library ({string.Join(", ", searched)})" : $"driver library {LoadedFrom}");
        if (Version != 0) text.Append(", version ").Append(Text(Version));
        foreach (DriverDevice device in devices) text.Append('\n').Append(device);
        if (missingGraphs.Count != 0) text.Append("\nno graphs: ").AppendJoin(", ", missingGraphs);
        if (Problem is not null) text.Append('\n').Append(Problem);
        return text.ToString();
    }
}
