namespace Adjoint.Kernels.Gpu;

/// <summary>Every GPU kernel, by family. To add one: a static method in the family's folder and a line in the family's table.</summary>
public static class KernelTable
{
    static readonly Dictionary<string, KernelDescription> ByName;
    static readonly Dictionary<string, Kernel> ByPattern;

    static KernelTable()
    {
        All = [.. PointwiseTable.All, .. ReduceTable.All, .. RowwiseTable.All, .. RandomTable.All, .. UpdateTable.All, .. IndexTable.All, .. MatMulTable.All];
        ByName = All.ToDictionary(description => description.Name, StringComparer.Ordinal);
        ByPattern = Checked.SelectMany(kernel => new[] { (Key: kernel.Name, Kernel: kernel), (Key: kernel.Pattern, Kernel: kernel) })
            .GroupBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Kernel, StringComparer.Ordinal);
    }

    /// <summary>The kernels in order of their families.</summary>
    public static IReadOnlyList<KernelDescription> All { get; }

    /// <summary>Every kernel with the type arguments that are checked without knowing the engine's operators.</summary>
    public static IEnumerable<Kernel> Checked => from description in All from arguments in description.Checked select description.With(arguments);

    /// <summary>The kernel of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static KernelDescription Find(string name) => ByName.TryGetValue(name, out KernelDescription? description)
        ? description
        : throw new ArgumentException($"No kernel is named {name}. KernelTable.All lists them.", nameof(name));

    /// <summary>Whether there is a kernel for a reference.</summary>
    public static bool Contains(KernelReference reference) => reference is ChainKernel || ByPattern.ContainsKey(reference.Pattern);

    /// <summary>The kernel that a reference asks for: a checked one with the reference's operators, or a chain's own.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Kernel Find(KernelReference reference)
    {
        if (reference is ChainKernel chain) return ChainTable.Find(chain);
        if (!ByPattern.TryGetValue(reference.Pattern, out Kernel? pattern))
            throw new ArgumentException($"No kernel is named {reference.Name}. KernelTable.All lists them, with the types that each takes.", nameof(reference));
        Type[] arguments = [.. pattern.Arguments];
        int place = 0;
        foreach (Type type in reference.Operators)
        {
            while (!KernelReference.IsOperator(arguments[place])) place++;
            arguments[place++] = type;
        }

        return pattern.Description.With(arguments);
    }
}
