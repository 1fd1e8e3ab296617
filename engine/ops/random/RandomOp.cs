using Adjoint.Kernels;

namespace Adjoint;

/// <summary>An op that reads a generator's state, i64 [2] of key and counter, and draws from there; the counter is moved on by <see cref="AdvanceRandom"/>.</summary>
public abstract record RandomOp : Op
{
    public override bool IsDifferentiable => false;

    /// <summary>Philox blocks that the draw uses up: four 32-bit or two 64-bit numbers each.</summary>
    public abstract ulong Blocks(ReadOnlySpan<Tensor> inputs);

    private protected static ulong BlocksOf(DType dtype, int count) => dtype.Size() == 8 ? Draw.BlocksOf64(count) : Draw.BlocksOf32(count);

    private protected static unsafe Draw Position(Tensor state)
    {
        fixed (long* values = &state.First<long>()) return Position(values);
    }

    private protected static unsafe Draw Position(long* state) => new(unchecked((ulong)state[0]), unchecked((ulong)state[1]));
}

/// <summary>Moves a generator's counter on.</summary>
public sealed record AdvanceRandom(ulong Blocks) : Op
{
    public override string Name => "advance_random";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new([2], DType.I64);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ref long counter = ref outputs[0].Span<long>()[1];
        counter = unchecked((long)((ulong)counter + Blocks));
    }

    static readonly KernelReference Kernel = new("random_advance");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        queue.Call(Kernel, 1).Dense(outputs[0]).Value(unchecked((long)Blocks)).Run();
}
