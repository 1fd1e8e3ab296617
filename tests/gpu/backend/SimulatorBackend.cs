using Adjoint.Gpu;
using Adjoint.Kernels.Gpu;

namespace Adjoint.Tests.Gpu;

/// <summary>The engine's GPU back end over the simulator, registered once for the process, and a scope in which tensors are made there.</summary>
public static class SimulatorBackend
{
    static readonly Lazy<DeviceBackend> backend = new(() =>
    {
        var made = new DeviceBackend(Adjoint.Device.Parse("simulator"), TestAccelerator.Open());
        Backends.Register(made);
        return made;
    });

    /// <summary>The simulator as a device of tensors.</summary>
    public static Adjoint.Device Device => backend.Value.Device;

    /// <summary>Makes tensors on the simulator until disposal, unless told otherwise.</summary>
    public static Scope Use() => new(Device);

    /// <summary>Gives the default device back.</summary>
    public readonly struct Scope : IDisposable
    {
        readonly Adjoint.Device before;

        internal Scope(Adjoint.Device device)
        {
            before = Settings.DefaultDevice;
            Settings.DefaultDevice = device;
        }

        public void Dispose() => Settings.DefaultDevice = before;
    }
}
