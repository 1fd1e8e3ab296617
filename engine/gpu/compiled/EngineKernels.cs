using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;

namespace Adjoint.Gpu;

/// <summary>Every kernel that the engine can ask for, but the chains that are written as a program runs: the lines of the table of kernels with the operators of the table of ops.</summary>
public static class EngineKernels
{
    // Any number of threads will do: the kernels do not depend on it.
    const int AnyThreads = 256;

    static readonly Lazy<IReadOnlyDictionary<string, Kernel>> AllByName = new(static () => ByName(KernelTable.Checked.Concat(OfOps())));
    static readonly Lazy<IReadOnlyDictionary<string, Kernel>> NeededByName = new(static () => ByName(KernelTable.Checked.Where(static kernel => !HasStandIn(kernel)).Concat(OfOps())));

    /// <summary>The kernels that are checked, by name: those that are needed, and those in which an operator of the table of kernels stands for all.</summary>
    public static IReadOnlyDictionary<string, Kernel> All => AllByName.Value;

    /// <summary>The kernels that a program without the compiler has to carry in order to run any op, by name.</summary>
    public static IReadOnlyDictionary<string, Kernel> Needed => NeededByName.Value;

    static Dictionary<string, Kernel> ByName(IEnumerable<Kernel> kernels)
    {
        var all = new Dictionary<string, Kernel>(StringComparer.Ordinal);
        foreach (Kernel kernel in kernels) all.TryAdd(kernel.Name, kernel);
        return all;
    }

    static IEnumerable<Kernel> OfOps() => OfSamples().Concat(KernelTable.Checked.Where(IsProduct).Select(Rectified));

    static IEnumerable<Kernel> OfSamples() =>
        from entry in OpTable.All
        from type in OpSample.Types
        from launch in LaunchSurvey.Launches(entry, type, hasWarps: true, AnyThreads) ?? []
        where KernelTable.Contains(launch.Kernel)
        select KernelTable.Find(launch.Kernel);

    static bool HasStandIn(Kernel kernel) => !IsProduct(kernel) && kernel.Arguments.Any(KernelReference.IsOperator);

    // Products end in an operator; plans give them no other than relu.
    static bool IsProduct(Kernel kernel) => kernel.Arguments.Contains(typeof(Unchanged));

    static Kernel Rectified(Kernel kernel) => kernel.Description.With([.. kernel.Arguments.Select(static type => type == typeof(Unchanged) ? typeof(Relu) : type)]);
}
