using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>The register width that kernels use, chosen once by what the machine has.</summary>
public static class Simd
{
    /// <summary>512, 256 or 128 bits.</summary>
    public static int Bits { get; } = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
