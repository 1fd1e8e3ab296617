using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A running fold along an axis of a dense tensor.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Reverse">Whether it runs from the last element to the first.</param>
/// <param name="Exclusive">Whether an element's own number is left out of its result.</param>
public abstract record Scan<TScan>(int Axis, bool Reverse, bool Exclusive) : NumberOp where TScan : struct, IScan
{
    // Lines that lie beside each other so many a row are read by a thread each; else a block takes a line.
    const int LeastNeighbours = 32;

    static readonly TypedKernels Lines = new("scan_lines", [typeof(TScan)]), Blocks = new("scan_blocks", [typeof(TScan)]);

    /// <summary>Whether integers are taken.</summary>
    private protected virtual bool TakesIntegers => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], TakesIntegers);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        fixed (T* source = &x.First<T>(), target = &outputs[0].First<T>())
            ScanKernel.Run<TScan, T>(source, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Reverse, Exclusive);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (x.Count == 0) return;
        int outer = x.Shape.CountOf(..Axis), size = x.Shape[Axis], inner = x.Shape.CountOf((Axis + 1)..);
        KernelCall call = TakesBlocks(queue, inner)
            ? queue.Call(Blocks.Of(x.DType), new LaunchGrid(outer * inner, 1, 1, queue.BlockThreads)).Dense(x).Dense(y)
            : queue.Call(Lines.Of(x.DType), (long)outer * inner).Dense(x).Dense(y).Value(outer);
        call.Value(size).Value(inner).Value(Reverse ? 1 : 0).Value(Exclusive ? 1 : 0).Run();
    }

    /// <summary>Whether a block takes a line, for lines that lie <paramref name="inner"/> beside each other.</summary>
    internal static bool TakesBlocks(LaunchQueue queue, int inner) => queue.HasWarps && inner < LeastNeighbours;
}
