using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>Kernels whose text is made up: the stand-in for the driver reads no more of a text than this.</summary>
sealed class MadeKernels : IKernelSource
{
    readonly Dictionary<string, KernelImage> images = new(StringComparer.Ordinal);

    /// <summary>How often a kernel was asked for.</summary>
    public int Finds { get; private set; }

    public bool CompilesChains => false;

    /// <summary>A kernel that takes eight bytes.</summary>
    public static KernelImage Image(string name, string? entry = null, int threads = 256, int shared = 0, int dynamicShared = 0, int argumentBytes = 8, string extra = "", string target = "sm_80") => new()
    {
        Name = name,
        Target = target,
        Text = $".version 8.0\n.target {target}\n.address_size 64\n{extra}\n.visible .entry {entry ?? name}(\n)\n.maxntid {threads}, 1, 1\n{{ ret; }}\n",
        Threads = threads,
        BlocksPerMultiprocessor = 1,
        StaticSharedBytes = shared,
        DynamicSharedBytes = dynamicShared,
        Parameters = argumentBytes == 0 ? [] : [new KernelParameter(KernelParameterKind.Value, 0, argumentBytes, 1)],
    };

    /// <summary>Adds a kernel and refers to it.</summary>
    public KernelReference Add(KernelImage image)
    {
        images.Add(image.Name, image);
        return new KernelReference(image.Name);
    }

    /// <summary>Adds a kernel that takes eight bytes and refers to it.</summary>
    public KernelReference Add(string name) => Add(Image(name));

    public KernelImage Find(KernelReference kernel, int major, int minor)
    {
        Finds++;
        return images.TryGetValue(kernel.Name, out KernelImage? image) ? image : throw new KernelPackException($"no kernel {kernel.Name}. Add it.");
    }
}
