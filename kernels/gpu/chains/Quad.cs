namespace Adjoint.Kernels.Gpu;

/// <summary>Four neighbouring elements: what a thread of a packed chain holds of each value, loaded and stored 16 bytes at a time.</summary>
public readonly struct Quad<T>(T a, T b, T c, T d) where T : unmanaged
{
    internal readonly T A = a, B = b, C = c, D = d;
}
