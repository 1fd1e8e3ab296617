using System.Globalization;

namespace Adjoint.Kernels;

/// <summary>
/// Kernels of a pack: what a program without a compiler gives to its device. Of a kernel's targets the newest is chosen that the device runs: sm_90a on 9.0 only, sm_80 on 8.0 and later.
/// </summary>
public sealed class PackedKernels : IKernelSource
{
    const int NamesShown = 6;

    readonly KernelPack pack;
    readonly Dictionary<string, List<(Architecture Architecture, KernelImage Image)>> byName = new(StringComparer.Ordinal);

    /// <summary>Serves the kernels of a pack.</summary>
    /// <exception cref="KernelPackException">A target is not an architecture that this program knows.</exception>
    public PackedKernels(KernelPack pack)
    {
        this.pack = pack;
        foreach (KernelImage image in pack.Kernels)
        {
            if (!byName.TryGetValue(image.Name, out var images)) byName.Add(image.Name, images = []);
            images.Add((Architecture.Parse(image), image));
        }
    }

    /// <inheritdoc/>
    public bool CompilesChains => false;

    /// <inheritdoc/>
    public bool Has(KernelReference kernel, int major, int minor)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return byName.TryGetValue(kernel.Name, out var images) && images.Exists(one => one.Architecture.RunsOn(major, minor));
    }

    /// <inheritdoc/>
    public KernelImage Find(KernelReference kernel, int major, int minor)
    {
        if (!byName.TryGetValue(kernel.Name, out var images)) throw Missing(kernel.Name);
        KernelImage? best = null;
        Architecture newest = default;
        foreach (var (architecture, image) in images)
        {
            if (!architecture.RunsOn(major, minor) || (best is not null && architecture.CompareTo(newest) <= 0)) continue;
            best = image;
            newest = architecture;
        }

        return best ?? throw new KernelPackException(
            $"Kernel pack {pack.Label}: {kernel.Name} is for {string.Join(", ", images.Select(one => one.Image.Target))}, none of which runs on compute capability {major}.{minor}. Build the pack for this device too.");
    }

    KernelPackException Missing(string name)
    {
        if (byName.Count == 0) return new($"Kernel pack {pack.Label}: it has no kernels. Build the pack again?");
        string[] near = [.. byName.Keys.OrderByDescending(one => CommonStart(one, name)).ThenBy(one => one, StringComparer.Ordinal).Take(NamesShown)];
        string targets = string.Join(", ", pack.Kernels.Select(image => image.Target).Distinct().Order(StringComparer.Ordinal));
        return new($"Kernel pack {pack.Label}: no kernel {name} among its {byName.Count} for {targets}, the nearest of which are {string.Join(", ", near)}. Build the pack with it.");
    }

    static int CommonStart(string left, string right) => left.AsSpan().CommonPrefixLength(right);

    readonly record struct Architecture(int Major, int Minor, bool IsSpecific) : IComparable<Architecture>
    {
        public static Architecture Parse(KernelImage image)
        {
            ReadOnlySpan<char> text = image.Target;
            bool isSpecific = text.EndsWith("a", StringComparison.Ordinal);
            if (isSpecific) text = text[..^1];
            if (text.StartsWith("sm_", StringComparison.Ordinal) && text.Length is 5 or 6 && int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return new(number / 10, number % 10, isSpecific);
            throw new KernelPackException($"Kernel pack: {image.Name} is for {image.Target}, which is no architecture that this program knows. Build the pack again?");
        }

        public bool RunsOn(int major, int minor) => IsSpecific ? (major, minor) == (Major, Minor) : Major < major || (Major == major && Minor <= minor);

        public int CompareTo(Architecture other) => (Major, Minor, IsSpecific).CompareTo((other.Major, other.Minor, other.IsSpecific));
    }
}
