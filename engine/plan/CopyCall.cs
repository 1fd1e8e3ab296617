using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A copy between two layouts in a plan: the loops over them and both addresses are known.</summary>
static class CopyCall
{
    /// <summary>Copies a tensor, or what it has from an element on, to places of another from an element on, with the strides along the source's axes given.</summary>
    public static PlannedCall Make(Tensor source, ReadOnlySpan<int> sourceStrides, Tensor target, ReadOnlySpan<int> targetStrides, long start, ReadOnlySpan<int> sizes, long sourceStart = 0)
    {
        LoopNest nest = LoopNest.Create(sizes, sourceStrides, targetStrides);
        nint from = source.Address() + (nint)(sourceStart * target.DType.Size()), to = target.Address() + (nint)(start * target.DType.Size());
        return target.DType.Size() switch
        {
            4 => new Call<int>(nest, from, to),
            8 => new Call<long>(nest, from, to),
            _ => new Call<byte>(nest, from, to),
        };
    }

    sealed unsafe class Call<T>(LoopNest nest, nint from, nint to) : PlannedCall where T : unmanaged
    {
        public override void Run() => CopyKernel.Run(nest, (T*)from, (T*)to);
    }
}

/// <summary>Several calls, one after another, perhaps on memory that is cleared first.</summary>
sealed class CallSequence(Tensor? cleared, PlannedCall[] calls) : PlannedCall
{
    readonly nint address = cleared?.Address() ?? 0;
    readonly int bytes = cleared is null ? 0 : cleared.Count * cleared.DType.Size();

    public override unsafe void Run()
    {
        if (bytes > 0) new Span<byte>((void*)address, bytes).Clear();
        foreach (PlannedCall call in calls) call.Run();
    }
}
