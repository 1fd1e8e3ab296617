using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Places of running extremes along an axis: the latest of equals; once there is a NaN, the latest NaN.</summary>
public sealed record CumulativeArgExtreme(int Axis, bool Largest, bool Reverse) : NumberOp
{
    static readonly TypedKernels Kernels = new("scan_extremes");

    public override string Name => "cumulative_arg_extreme";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        return new Signature(inputs[0].Shape, DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        fixed (T* source = &x.First<T>())
        fixed (long* target = &outputs[0].First<long>())
            ScanExtremeKernel.Run(source, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Largest, Reverse);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (x.Count == 0) return;
        int outer = x.Shape.CountOf(..Axis), inner = x.Shape.CountOf((Axis + 1)..);
        queue.Call(Kernels.Of(x.DType), (long)outer * inner).Dense(x).Dense(outputs[0])
            .Value(outer).Value(x.Shape[Axis]).Value(inner).Value(Largest ? 1 : 0).Value(Reverse ? 1 : 0).Run();
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// Running maximum along an axis and the place (i64) that it stands at: the latest of equal ones; once there is a NaN, it stays. Derivatives go to the places.
    /// </summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static (Tensor Values, Tensor Indices) CumulativeMax(this Tensor x, int axis = -1, bool reverse = false) => CumulativeExtreme(x, axis, true, reverse);

    /// <summary>Running minimum along an axis and the place (i64) that it stands at, as <see cref="CumulativeMax"/>.</summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static (Tensor Values, Tensor Indices) CumulativeMin(this Tensor x, int axis = -1, bool reverse = false) => CumulativeExtreme(x, axis, false, reverse);

    static (Tensor Values, Tensor Indices) CumulativeExtreme(Tensor x, int axis, bool largest, bool reverse)
    {
        axis = x.Shape.Axis("cumulative_arg_extreme", axis);
        Tensor indices = Dispatch.Run(new CumulativeArgExtreme(axis, largest, reverse), x.Contiguous());
        return (x.TakeAlong(axis, indices), indices);
    }
}
