using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels.Gpu;

/// <summary>The chains of this process: one of a structure is written once.</summary>
static class ChainTable
{
    /// <summary>Registers of a thread at most: what two blocks of 256 threads leave to each.</summary>
    const int Registers = 128;

    static readonly ConcurrentDictionary<string, Kernel> ByName = new(StringComparer.Ordinal);
    static readonly ConditionalWeakTable<MethodInfo, ChainKernel> ByMethod = [];

    /// <summary>The kernel of a chain.</summary>
    public static Kernel Find(ChainKernel chain) => ByName.TryGetValue(chain.Name, out Kernel? known) ? known : ByName.GetOrAdd(chain.Name, Write(chain));

    /// <summary>Writes the kernel of a chain, whether or not there is one.</summary>
    internal static Kernel Write(ChainKernel chain)
    {
        MethodInfo method = ChainEmitter.Emit(chain);
        ByMethod.Add(method, chain);
        return new KernelDescription
        {
            Family = "chains",
            Name = chain.Name,
            Method = method,
            Registers = (Registers, Registers),
            Traits = chain.ElementsPerThread > 1 ? KernelTraits.VectorLoads : KernelTraits.None,
        }.With();
    }

    /// <summary>The chain for which a method was written; null for other methods.</summary>
    public static ChainKernel? Of(MethodInfo method) => ByMethod.TryGetValue(method, out ChainKernel? chain) ? chain : null;
}
