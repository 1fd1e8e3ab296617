using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Places of the first k of each row's numbers in sorted order.</summary>
/// <param name="K">How many.</param>
/// <param name="Largest">Whether from the largest on, else from the smallest.</param>
public sealed record TopK(int K, bool Largest) : NumberOp
{
    public override string Name => "top_k";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.MinimumRank(Name, "the input", inputs[0], 1);
        if (K < 0 || K > inputs[0].Shape[-1])
            throw new ShapeException($"top_k: {K} of the rows of {inputs[0].Shape} do not exist. Ask for 0 to {inputs[0].Shape[-1]}.");
        return new Signature(inputs[0].Shape.With(inputs[0].Rank - 1, K), DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        fixed (T* source = &x.First<T>())
        fixed (long* target = &outputs[0].First<long>())
            TopKernel.Run(source, target, x.Shape.CountOf(..(x.Rank - 1)), x.Shape[-1], K, Largest);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (K == 0) return;
        KeyRows keys = OrderLaunch.Keys(queue, x.DeviceAddress, x.DType, x.Shape.CountOf(..(x.Rank - 1)), x.Shape[-1], Largest);
        OrderLaunch.WritePlaces(queue, OrderLaunch.Sort(queue, keys, K), outputs[0].DeviceAddress, K);
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// The k largest (or smallest) numbers along an axis, the best first, and their places (i64). Of equal numbers the first wins; NaN comes behind everything. Derivatives go to the places.
    /// </summary>
    /// <exception cref="ShapeException">The axis does not exist, or has fewer than k numbers.</exception>
    public static (Tensor Values, Tensor Indices) TopK(this Tensor x, int k, int axis = -1, bool largest = true)
    {
        Tensor indices = RowOp.Along(x, axis, "top_k", rows => Dispatch.Run(new TopK(k, largest), rows));
        return (x.TakeAlong(axis, indices), indices);
    }
}
