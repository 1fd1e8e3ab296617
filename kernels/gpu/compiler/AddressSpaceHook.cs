using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.IR.Transformations;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Runs after ILGPU's own O1 passes and works out that pointers made from parameters point to global memory. Without it every access is a generic one, which
/// may alias local arrays, so that these stay in memory instead of registers. O2 has this pass too, but moves loads across barriers.
/// </summary>
readonly struct AddressSpaceHook : IBackendHook
{
    static readonly Transformer Passes = Create();

    static Transformer Create()
    {
        var builder = Transformer.CreateBuilder(TransformerConfiguration.Empty);
        builder.Add(new InferKernelAddressSpaces(MemoryAddressSpace.Global));
        builder.Add(new LowerStructures());
        builder.Add(new DeadCodeElimination());
        builder.Add(new SSAStructureConstruction());
        builder.Add(new InferLocalAddressSpaces());
        builder.Add(new CleanupBlocks());
        builder.Add(new SimplifyControlFlow());
        builder.Add(new DeadCodeElimination());
        return builder.ToTransformer();
    }

    public void FinishedCodeGeneration(IRContext context, Method entryPoint)
    {
    }

    public void InitializedKernelContext(IRContext kernelContext, Method kernelMethod)
    {
    }

    public void OptimizedKernelContext(IRContext kernelContext, Method kernelMethod) => kernelContext.Transform(Passes);
}
