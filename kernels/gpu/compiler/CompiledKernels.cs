namespace Adjoint.Kernels.Gpu;

/// <summary>Kernels compiled as they are asked for: what a program that may carry the compiler gives to its device.</summary>
/// <param name="compiler">The compiler; the caller disposes it.</param>
public sealed class CompiledKernels(KernelCompiler compiler) : IKernelSource
{
    /// <inheritdoc/>
    public bool CompilesChains => true;

    /// <inheritdoc/>
    /// <exception cref="KernelCompileException">The compiler does not accept it, or it is for another device only.</exception>
    public KernelImage Find(KernelReference kernel, int major, int minor)
    {
        Kernel found = KernelTable.Find(kernel);
        KernelTarget newest = KernelTarget.ForDevice(major, minor);
        return compiler.Compile(found, found.Description.OnlyTarget is { } only && only.RunsOn(major, minor) ? only : newest);
    }
}
