namespace Adjoint.Kernels.Gpu;

/// <summary>Every GPU kernel, by family. To add one: a static method in the family's folder and a line in the family's table; a program adds its own by <see cref="Add"/>.</summary>
public static class KernelTable
{
    static readonly Lock Gate = new();
    static volatile Lines lines = new([
        .. PointwiseTable.All,
        .. ReduceTable.All,
        .. RowwiseTable.All,
        .. RandomTable.All,
        .. UpdateTable.All,
        .. IndexTable.All,
        .. MatMulTable.All,
        .. LinalgTable.All,
        .. ConvolutionTable.All,
        .. OrderTable.All,
        .. SegmentTable.All,
        .. AttentionTable.All,
        .. FourierTable.All,
        .. EnvironmentTable.All,
    ]);

    /// <summary>The kernels in order of their families, then those of the program.</summary>
    public static IReadOnlyList<KernelDescription> All => lines.All;

    /// <summary>Every kernel with the type arguments that are checked without knowing the engine's operators.</summary>
    public static IEnumerable<Kernel> Checked => lines.Checked;

    /// <summary>
    /// Adds a kernel of the program's own, which ops can then launch by a <see cref="KernelReference"/> of its name and type arguments. Its method and their types must be public for the simulator.
    /// </summary>
    /// <exception cref="ArgumentException">There is a kernel of this name.</exception>
    public static void Add(KernelDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        lock (Gate)
        {
            if (lines.ByName.ContainsKey(description.Name)) throw new ArgumentException($"A kernel is named {description.Name} already. Choose another name.", nameof(description));
            lines = new([.. lines.All, description]);
        }
    }

    /// <summary>The kernel of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static KernelDescription Find(string name) => lines.ByName.TryGetValue(name, out KernelDescription? description)
        ? description
        : throw new ArgumentException($"No kernel is named {name}. KernelTable.All lists them.", nameof(name));

    /// <summary>Whether there is a kernel for a reference.</summary>
    public static bool Contains(KernelReference reference) => reference is ChainKernel || lines.ByPattern.ContainsKey(reference.Pattern);

    /// <summary>The kernel that a reference asks for: a checked one with the reference's operators, or a chain's own.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Kernel Find(KernelReference reference)
    {
        if (reference is ChainKernel chain) return ChainTable.Find(chain);
        if (!lines.ByPattern.TryGetValue(reference.Pattern, out Kernel? pattern))
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

    // What is looked up in, made anew as a whole when a line comes in.
    sealed class Lines
    {
        public Lines(KernelDescription[] all)
        {
            All = all;
            Checked = [.. from description in all from arguments in description.Checked select description.With(arguments)];
            ByName = all.ToDictionary(static description => description.Name, StringComparer.Ordinal);
            ByPattern = Checked.SelectMany(static kernel => new[] { (Key: kernel.Name, Kernel: kernel), (Key: kernel.Pattern, Kernel: kernel) })
                .GroupBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First().Kernel, StringComparer.Ordinal);
        }

        public IReadOnlyList<KernelDescription> All { get; }

        public IReadOnlyList<Kernel> Checked { get; }

        public Dictionary<string, KernelDescription> ByName { get; }

        public Dictionary<string, Kernel> ByPattern { get; }
    }
}
