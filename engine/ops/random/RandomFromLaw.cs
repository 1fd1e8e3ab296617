using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A number for each element of a dense tensor of parameters, by rejection; inputs are the generator's state and the parameters.</summary>
public sealed record RandomFromLaw<TLaw> : RandomOp where TLaw : unmanaged, IRejectionLaw
{
    const int MinimumPerWorker = 256;

    public override string Name => typeof(TLaw) == typeof(GammaLaw) ? "random_gamma" : "random_poisson";

    public override Bound Bound => Bound.Compute;

    public override ulong Blocks(ReadOnlySpan<Tensor> inputs) => (ulong)inputs[1].Count * (ulong)TLaw.Blocks;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[1]);
        return new Signature(inputs[1].Shape, inputs[1].DType);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[1].DType == DType.F32) Run<float>(inputs, outputs[0]);
        else Run<double>(inputs, outputs[0]);
    }

    static unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* source = &inputs[1].First<T>(), target = &y.First<T>())
            Workers.For(y.Count, MinimumPerWorker, new Body<T>(source, target, Position(inputs[0])));
    }

    readonly unsafe struct Body<T>(T* parameters, T* target, Draw draw) : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end) =>
            RejectionLoop.Run<TLaw, T>(new ReadOnlySpan<T>(parameters + start, end - start), new Span<T>(target + start, end - start), draw, start);
    }

    static readonly TypedKernels Kernels = new("random_from_law", [typeof(TLaw)]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        queue.Call(Kernels.Of(inputs[1].DType), outputs[0].Count).Dense(inputs).Dense(outputs[0]).Value((long)outputs[0].Count).Run();
}
