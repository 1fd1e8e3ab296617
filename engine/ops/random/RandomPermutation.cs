using Adjoint.Kernels;

namespace Adjoint;

/// <summary>0 … count-1 in random order.</summary>
public sealed record RandomPermutation(int Count) : RandomOp
{
    // Sorting needs room that a plan must not allocate: it is kept with the op, which a plan keeps.
    readonly ulong[] workspace = new ulong[Permutation.WorkspaceLength(Count)];

    public override string Name => "random_permutation";

    public override ulong Blocks(ReadOnlySpan<Tensor> inputs) => BlocksOf(DType.I64, Count);

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new([Count], DType.I64);

    static readonly KernelReference Keys = new("random_fill", "Bits64", typeof(ulong)), Ranks = new("random_permute");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (Count == 0) return;
        ulong keys = queue.Scratch((long)Count * sizeof(ulong));
        queue.Call(Keys, (long)Blocks(inputs)).Dense(inputs[0]).View(keys, Count).Value((long)Count).Value((byte)0).Run();
        queue.Call(Ranks, Count).View(keys, Count).Dense(outputs[0]).Value(Count).Run();
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Permutation.Shuffle(outputs[0].Span<long>(), workspace, Position(inputs[0]));
}
