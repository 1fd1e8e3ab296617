namespace Adjoint.Gpu;

/// <summary>Properties of a device, by the driver's numbers.</summary>
enum DeviceAttribute
{
    Multiprocessors = 16,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    SharedBytesOnRequest = 97,
}

/// <summary>Properties of a loaded kernel, by the driver's numbers.</summary>
enum FunctionAttribute
{
    MaxThreads = 0,
    SharedBytes = 1,
    LocalBytes = 3,
    Registers = 4,
    MaxDynamicSharedBytes = 8,
}
