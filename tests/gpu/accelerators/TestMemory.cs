using System.Runtime.InteropServices;
using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>Elements in a device's memory, given back on disposal.</summary>
sealed class TestMemory<T>(ILaunchDevice device, ReadOnlySpan<T> elements) : IDisposable where T : unmanaged
{
    readonly ILaunchDevice device = device;

    /// <summary>The argument that kernels take.</summary>
    public DeviceView View { get; } = new(device.Copy(elements), elements.Length);

    /// <summary>Writes all elements.</summary>
    public void Write(ReadOnlySpan<T> elements) => device.Write(View.Address, MemoryMarshal.AsBytes(elements));

    /// <summary>Reads all elements.</summary>
    public T[] Read() => device.Read<T>(View.Address, (int)View.Count);

    public void Dispose() => device.Free(View.Address);
}
