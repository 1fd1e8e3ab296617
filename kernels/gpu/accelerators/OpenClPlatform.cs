using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.OpenCL;

namespace Adjoint.Kernels.Gpu;

/// <summary>The system's OpenCL: its library, looked for at the first call, and its devices.</summary>
public static class OpenClPlatform
{
    static readonly string[] Names = OperatingSystem.IsWindows() ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
        : ["libOpenCL.so.1", "libOpenCL.so"];

    static readonly Lazy<(string? Name, IntPtr Handle)> Library = new(Load);

    /// <summary>What there is of OpenCL, for people. Never throws, and opens no device.</summary>
    public static OpenClReport Probe()
    {
        if (Library.Value.Name is not { } name) return new(null, Names, []);
        using Context context = Start();
        return new(name, Names, [.. Devices(context).Select(OpenClDevice.Of)]);
    }

    /// <summary>A context with every device there is, also those that kernels do not run on, so that each has the number that <see cref="Probe"/> says.</summary>
    internal static Context Start()
    {
        _ = Library.Value;
        LaneRemaps.Install();
        return Context.Create(static builder =>
        {
            builder.Optimize(OptimizationLevel.O1);
            builder.OpenCL(static _ => true);
            OpenClTable.Register(builder);
        });
    }

    /// <summary>The devices of such a context.</summary>
    internal static CLDevice[] Devices(Context context) => [.. context.Devices.OfType<CLDevice>()];

    /// <summary>The only accelerator, and the grid as it is.</summary>
    internal static (int Place, LaunchGrid Grid) Place(Kernel kernel, LaunchGrid grid) => (0, grid);

    // ILGPU asks for a name that systems without development files do not have.
    static (string? Name, IntPtr Handle) Load()
    {
        IntPtr handle = IntPtr.Zero;
        string? name = Array.Find(Names, one => NativeLibrary.TryLoad(one, out handle));
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (asked, _, _) => string.Equals(asked, "OpenCL", StringComparison.OrdinalIgnoreCase) ? handle : IntPtr.Zero);
        return (name, handle);
    }
}
