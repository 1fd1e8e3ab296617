using System.Runtime.InteropServices;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What ILGPU needs of its surroundings before it looks for OpenCL devices.</summary>
static class OpenClPlatform
{
    static readonly Lazy<bool> Prepared = new(Start);

    /// <summary>Prepares, at the first call.</summary>
    public static void Prepare() => _ = Prepared.Value;

    /// <summary>The only accelerator, and the grid as it is.</summary>
    public static (int Place, LaunchGrid Grid) Place(Kernel kernel, LaunchGrid grid) => (0, grid);

    // The library by the name that it has on a system without development files.
    static bool Start()
    {
        LaneRemaps.Install();
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, static (name, _, _) =>
            name == "OpenCL" && NativeLibrary.TryLoad("libOpenCL.so.1", out IntPtr library) ? library : IntPtr.Zero);
        return true;
    }
}
