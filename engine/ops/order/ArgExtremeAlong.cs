using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>For each place of an axis, the position of the largest (or smallest) of those elements whose index names it: the first of equals, the first NaN if there is one; -1 where there is none.</summary>
public sealed record ArgExtremeAlong(int Axis, int Size, bool Largest) : NumberOp
{
    static readonly TypedKernels Kernels = new("extremes_along");

    public override string Name => "arg_extreme_along";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        if (inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"arg_extreme_along: {inputs[0].Shape} and its indices {inputs[1].Shape} differ. Pass one index for each element.");
        return new Signature(inputs[0].Shape.With(Axis, Size), DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1];
        fixed (T* source = &x.First<T>())
        fixed (long* index = &indices.First<long>(), target = &outputs[0].First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, Size);
            PutKernel.ArgExtreme(source, index, target, x.Shape.CountOf(..Axis), Size, x.Shape.CountOf((Axis + 1)..), x.Shape[Axis], Largest);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        int outer = x.Shape.CountOf(..Axis), inner = x.Shape.CountOf((Axis + 1)..);
        queue.CheckIndices(Name, "indices", inputs[1], 0, Size);
        Fill.Launch(queue, outputs[0], -1);
        queue.Call(Kernels.Of(x.DType), (long)outer * inner).Dense(x).Dense(inputs[1]).Dense(outputs[0])
            .Value(outer).Value(Size).Value(inner).Value(x.Shape[Axis]).Value(Largest ? 1 : 0).Run();
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// A tensor with <paramref name="size"/> places along an axis: the largest of those x[…, j, …] whose index is the place, -∞ (or the least integer) where there is none. The derivative goes to the
    /// first of equal ones.
    /// </summary>
    /// <exception cref="ShapeException">Shapes differ, or an index is outside the axis.</exception>
    public static Tensor MaxAlong(this Tensor x, int axis, Tensor indices, int size) => ExtremeAlong(x, axis, indices, size, true);

    /// <summary>The smallest, as <see cref="MaxAlong"/>; ∞ (or the largest integer) where there is none.</summary>
    /// <exception cref="ShapeException">Shapes differ, or an index is outside the axis.</exception>
    public static Tensor MinAlong(this Tensor x, int axis, Tensor indices, int size) => ExtremeAlong(x, axis, indices, size, false);

    /// <summary>The mean, as <see cref="AddAlong(Tensor, int, Tensor, int)"/> divided by how many elements name the place; 0 where there is none.</summary>
    /// <exception cref="ShapeException">Shapes differ, or an index is outside the axis.</exception>
    public static Tensor MeanAlong(this Tensor x, int axis, Tensor indices, int size)
    {
        Require.Float("mean_along", x);
        Tensor ones = Tensor.Ones(Shape.Scalar, x.DType, x.Device).Expand(x.Shape), counts = ones.AddAlong(axis, indices, size);
        return x.AddAlong(axis, indices, size) / counts.Clamp(1, double.PositiveInfinity);
    }

    static Tensor ExtremeAlong(Tensor x, int axis, Tensor indices, int size, bool largest)
    {
        axis = x.Shape.Axis("arg_extreme_along", axis);
        Tensor places = Dispatch.Run(new ArgExtremeAlong(axis, size, largest), x.Contiguous(), indices.Contiguous());
        return PickOrEmpty(x, axis, places, largest);
    }

    /// <summary>The elements at places along an axis; where a place is -1, what an extreme over nothing is.</summary>
    internal static Tensor PickOrEmpty(Tensor x, int axis, Tensor places, bool largest)
    {
        Tensor empty = ExtremeOfNothing(x, largest);
        if (x.Shape[axis] == 0) return empty.Expand(places.Shape);
        Tensor isEmpty = places.Less(0);
        return Where(isEmpty, empty, x.TakeAlong(axis, Where(isEmpty, Tensor.Zeros(Shape.Scalar, DType.I64, x.Device), places)));
    }

    static Tensor ExtremeOfNothing(Tensor x, bool largest)
    {
        Tensor One(double value) => Tensor.Full(Shape.Scalar, value, x.DType, x.Device);
        return x.DType switch
        {
            DType.I32 => One(largest ? int.MinValue : int.MaxValue),

            // No f64 is the largest integer; integers wrap around.
            DType.I64 => largest ? One(long.MinValue) : One(long.MinValue) - One(1),
            _ => One(largest ? double.NegativeInfinity : double.PositiveInfinity),
        };
    }
}
