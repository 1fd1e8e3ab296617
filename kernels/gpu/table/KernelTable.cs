namespace Adjoint.Kernels.Gpu;

/// <summary>Every GPU kernel, by family. To add one: a static method in the family's folder and a line in the family's table.</summary>
public static class KernelTable
{
    static readonly Dictionary<string, KernelDescription> ByName;

    static KernelTable()
    {
        All = [.. PointwiseTable.All, .. ReduceTable.All, .. RowwiseTable.All, .. RandomTable.All, .. UpdateTable.All, .. IndexTable.All, .. MatMulTable.All];
        ByName = All.ToDictionary(description => description.Name, StringComparer.Ordinal);
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
}
