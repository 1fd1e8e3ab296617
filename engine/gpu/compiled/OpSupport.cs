using Adjoint.Kernels.Gpu;

namespace Adjoint.Gpu;

/// <summary>On which devices an op runs, by dtypes. Found out by the op's samples: on the CPU they run, for other devices every kernel that they ask for must be in the table and fit.</summary>
/// <param name="Op">The op.</param>
/// <param name="Cpu">Dtypes that it takes, or gives where it takes none.</param>
/// <param name="Cuda">Those of them for CUDA devices.</param>
/// <param name="Simulator">Those for the simulator.</param>
/// <param name="OpenCL">Those whose kernels need nothing that OpenCL devices lack, such as warps.</param>
public sealed record OpSupport(OpEntry Op, IReadOnlyList<DType> Cpu, IReadOnlyList<DType> Cuda, IReadOnlyList<DType> Simulator, IReadOnlyList<DType> OpenCL)
{
    const int CudaThreads = 256, SimulatorThreads = 64, OpenCLThreads = 64;
    const KernelTraits OfWarps = KernelTraits.Warps | KernelTraits.MatrixUnits | KernelTraits.AsynchronousCopies;

    /// <summary>The whole matrix, in the order of the table of ops.</summary>
    public static IEnumerable<OpSupport> All => OpTable.All.Select(Of);

    /// <summary>The line of an op.</summary>
    public static OpSupport Of(OpEntry op)
    {
        ArgumentNullException.ThrowIfNull(op);
        return new(
            op,
            [.. OpSample.Types.Where(type => LaunchSurvey.RunsOnCpu(op, type))],
            [.. OpSample.Types.Where(type => Fits(op, type, hasWarps: true, CudaThreads))],
            [.. OpSample.Types.Where(type => Fits(op, type, hasWarps: true, SimulatorThreads))],
            [.. OpSample.Types.Where(type => Fits(op, type, hasWarps: false, OpenCLThreads))]);
    }

    static bool Fits(OpEntry op, DType type, bool hasWarps, int threads) =>
        LaunchSurvey.Launches(op, type, hasWarps, threads) is { } launches && launches.All(launch => Fits(launch, hasWarps));

    static bool Fits(AskedLaunch launch, bool hasWarps)
    {
        if (!KernelTable.Contains(launch.Kernel)) return false;
        Kernel kernel = KernelTable.Find(launch.Kernel);
        return launch.Threads <= kernel.Description.Threads && (hasWarps || (kernel.Traits & OfWarps) == 0);
    }
}
