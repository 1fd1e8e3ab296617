using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Exponentials within segments, each column for itself, without overflow.</summary>
public abstract record SegmentPowersOp : SegmentOp
{
    static readonly TeamKernels Kernels = new("segment_powers");

    private protected abstract SegmentPowers Kind { get; }

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        int segments = RequireIndex(inputs);
        return new Signature(Kind == SegmentPowers.LogSumExp ? inputs[0].Shape.With(0, segments) : inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* order = &inputs[2].First<long>(), starts = &inputs[3].First<long>())
            SegmentPowersKernel.Run(Kind, x, order, starts, y, inputs[0].Shape[0], inputs[3].Shape[0] - 1, Columns(inputs[0]));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int segments = inputs[3].Shape[0] - 1, columns = Columns(inputs[0]);
        CallTeams(queue, Kernels, inputs[0].DType, segments, columns).Dense(inputs[0]).Dense(inputs[2]).Dense(inputs[3]).Dense(outputs[0])
            .Value(segments).Value(columns).Value((int)Kind).Run();
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 20L * inputs[0].Count;

    /// <summary>For each row the sum over its segment.</summary>
    private protected static Tensor SumsOfSegments(Tensor x, SegmentIndex index) => index.Run(new SegmentGather(), index.Run(new SegmentSum(), x));
}
