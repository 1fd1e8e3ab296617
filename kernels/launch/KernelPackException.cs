namespace Adjoint.Kernels;

/// <summary>A kernel pack that cannot be read or written.</summary>
public sealed class KernelPackException(string message) : Exception(message);
