using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Zeros to which each element of x is added, with its position along one axis replaced by its index: the transpose of <see cref="TakeAlong"/>.</summary>
public sealed record AddAlong(int Axis, int Size) : NumberOp
{
    public override string Name => "add_along";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        if (inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"add_along: {inputs[0].Shape} and its indices {inputs[1].Shape} differ. Pass one index for each element.");
        return new Signature(inputs[0].Shape.With(Axis, Size), inputs[0].DType);
    }

    /// <summary>Shapes that may differ along one axis only.</summary>
    internal static void RequireSameOthers(string op, Shape x, Shape indices, int axis)
    {
        if (x.Rank != indices.Rank || x.Without(axis) != indices.Without(axis))
            throw new ShapeException($"{op}: indices {indices} and tensor {x} may differ along axis {axis} only. Expand or unsqueeze the indices.");
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.Require(Name, "indices", index, indices.Count, Size);
            new Span<T>(target, y.Count).Clear();
            IndexKernel.AddAlong(source, index, target, x.Shape.CountOf(..Axis), Size, x.Shape.CountOf((Axis + 1)..), x.Shape[Axis]);
        }
    }

    // From so many indices a line on, sorting them is quicker than adding one after another.
    const int LeastSorted = 512;

    static readonly TypedKernels Kernels = new("index_add_along"), Sorted = new("index_add_sorted");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        int outer = x.Shape.CountOf(..Axis), inner = x.Shape.CountOf((Axis + 1)..);
        queue.CheckIndices(Name, "indices", indices, 0, Size);
        if (inner == 1 && x.Shape[Axis] >= LeastSorted)
        {
            KeyRows sorted = OrderLaunch.Sort(queue, OrderLaunch.Keys(queue, indices.DeviceAddress, DType.I64, outer, x.Shape[Axis], false), x.Shape[Axis]);
            queue.Call(Sorted.Of(y.DType), y.Count).Dense(x).View(sorted.Keys, sorted.Count).View(sorted.Places, sorted.Count).Dense(y).Value(outer).Value(Size).Value(x.Shape[Axis]).Run();
            return;
        }

        Fill.Launch(queue, y, 0);
        queue.Call(Kernels.Of(y.DType), (long)outer * inner).Dense(x).Dense(indices).Dense(y).Value(outer).Value(Size).Value(inner).Value(x.Shape[Axis]).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.TakeAlong(Axis, rule.Y));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous(), rule.Y);
}

public static partial class TensorMath
{
    /// <summary>Zeros with <paramref name="size"/> places along an axis, to which x[…, j, …] is added at indices[…, j, …]. Repeated indices sum in their order.</summary>
    /// <exception cref="ShapeException">Shapes differ, or an index is outside the axis.</exception>
    public static Tensor AddAlong(this Tensor x, int axis, Tensor indices, int size) =>
        Dispatch.Run(new AddAlong(x.Shape.Axis("add_along", axis), size), x.Contiguous(), indices.Contiguous());
}
