using System.Globalization;

namespace Adjoint;

/// <summary>Kinds of places where tensors live.</summary>
public enum DeviceKind
{
    /// <summary>The host's processors.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An OpenCL device.</summary>
    OpenCL,

    /// <summary>The GPU kernels run on the CPU, for tests of their meaning.</summary>
    Simulator,
}

/// <summary>A place where tensors live and ops run: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>simulator</c>.</summary>
public readonly record struct Device(DeviceKind Kind, int Index = 0)
{
    /// <summary>The host.</summary>
    public static Device Cpu => default;

    /// <summary>Reads a device from its name.</summary>
    /// <exception cref="SettingException">The name is not one of a device.</exception>
    public static Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':');
        DeviceKind? kind = parts[0] switch
        {
            "cpu" => DeviceKind.Cpu,
            "cuda" => DeviceKind.Cuda,
            "opencl" => DeviceKind.OpenCL,
            "simulator" => DeviceKind.Simulator,
            _ => null,
        };
        int index = 0;
        if (kind is null || parts.Length > 2 || (parts.Length == 2 && !IsIndex(kind, parts[1], out index)))
            throw new SettingException($"'{name}' is not a device. Write cpu, cuda:0, opencl:0 or simulator.");
        return new Device(kind.Value, index);
    }

    // Hosts and simulators have no numbers.
    static bool IsIndex(DeviceKind? kind, string text, out int index)
    {
        index = 0;
        return kind is DeviceKind.Cuda or DeviceKind.OpenCL && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }

    public override string ToString() => Kind switch
    {
        DeviceKind.Cpu => "cpu",
        DeviceKind.Simulator => "simulator",
        _ => $"{(Kind == DeviceKind.Cuda ? "cuda" : "opencl")}:{Index}",
    };
}
