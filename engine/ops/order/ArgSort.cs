using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Places of each row's numbers in sorted order: stable, -0 equal to 0, NaN last in both directions.</summary>
public sealed record ArgSort(bool Descending) : NumberOp
{
    public override string Name => "arg_sort";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.MinimumRank(Name, "the input", inputs[0], 1);
        return new Signature(inputs[0].Shape, DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        fixed (T* source = &x.First<T>())
        fixed (long* target = &outputs[0].First<long>())
            SortKernel.ArgSort(source, target, x.Shape.CountOf(..(x.Rank - 1)), x.Shape[-1], x.Shape[-1], Descending);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        int columns = x.Shape[-1];
        KeyRows keys = OrderLaunch.Keys(queue, x.DeviceAddress, x.DType, x.Shape.CountOf(..(x.Rank - 1)), columns, Descending);
        OrderLaunch.WritePlaces(queue, OrderLaunch.Sort(queue, keys, columns), outputs[0].DeviceAddress, columns);
    }

    // A byte of the keys a pass.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        BytesOf(inputs) + BytesOf(outputs) + (4L * inputs[0].DType.Size() * inputs[0].DType.Size() * inputs[0].Count);
}

public static partial class TensorMath
{
    /// <summary>
    /// Places (i64, x's shape) of the numbers along an axis in sorted order. Stable: equal numbers, -0 and 0 among them, keep their order. NaN comes last in both directions.
    /// </summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static Tensor ArgSort(this Tensor x, int axis = -1, bool descending = false) =>
        RowOp.Along(x, axis, "arg_sort", rows => Dispatch.Run(new ArgSort(descending), rows));

    /// <summary>The numbers along an axis in sorted order, as <see cref="ArgSort(Tensor, int, bool)"/> finds it. A derivative goes to the place that a number came from.</summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static Tensor Sort(this Tensor x, int axis = -1, bool descending = false) => x.TakeAlong(axis, x.ArgSort(axis, descending));

    /// <summary>The permutation that undoes one: result[…, p[…, j], …] = j along an axis of permutations (i64).</summary>
    /// <exception cref="ShapeException">The axis does not exist, or an index is outside it.</exception>
    public static Tensor InversePermutation(this Tensor permutation, int axis = -1)
    {
        axis = permutation.Shape.Axis("inverse_permutation", axis);
        return permutation.ZerosLike().PutAlong(axis, permutation, Positions(permutation.Shape, axis, permutation.Device));
    }

    /// <summary>An i64 tensor of a shape whose elements are their own positions along an axis.</summary>
    internal static Tensor Positions(Shape shape, int axis, Device device)
    {
        Tensor range = Tensor.Range(shape[axis], device: device);
        for (int i = axis + 1; i < shape.Rank; i++) range = range.Unsqueeze(-1);
        return range.Expand(shape);
    }
}
