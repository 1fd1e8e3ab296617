namespace Adjoint.Kernels.Gpu;

/// <summary>A launch, or an access to device memory, that a device refuses: a wrong address, arguments that are not the kernel's, a kernel that needs what the device does not have.</summary>
public sealed class KernelLaunchException(string message, Exception? inner = null) : Exception(message, inner);
