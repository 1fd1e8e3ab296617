using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// h_j = a_j·h_j-1 + b_j along an axis, from h_-1 = 0. Cotangents run back by g_j = c_j + a_j+1·g_j+1; b_j gets g_j, a_j gets h_j-1·g_j.
/// </summary>
public sealed record LinearRecurrence(int Axis, bool Reverse) : FloatOp
{
    static readonly TypedKernels Lines = new("scan_recurrence_lines"), Blocks = new("scan_recurrence_blocks");

    public override string Name => "linear_recurrence";

    public override Saves Saves => Saves.First | Saves.Output;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.SameType(Name, inputs[0], inputs[1]);
        if (inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"linear_recurrence: factors {inputs[0].Shape} and what is added {inputs[1].Shape} differ. Expand one.");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = inputs[0].Shape;
        fixed (T* a = &inputs[0].First<T>(), b = &inputs[1].First<T>(), h = &outputs[0].First<T>())
            RecurrenceKernel.Run(a, b, h, shape.CountOf(..Axis), shape[Axis], shape.CountOf((Axis + 1)..), Reverse);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = inputs[0].Shape;
        if (shape.Elements == 0) return;
        int outer = shape.CountOf(..Axis), inner = shape.CountOf((Axis + 1)..);
        DType type = inputs[0].DType;
        KernelCall call = Scan<SumScan>.TakesBlocks(queue, inner)
            ? queue.Call(Blocks.Of(type), new LaunchGrid(outer * inner, 1, 1, queue.BlockThreads)).Dense(inputs).Dense(outputs)
            : queue.Call(Lines.Of(type), (long)outer * inner).Dense(inputs).Dense(outputs).Value(outer);
        call.Value(shape[Axis]).Value(inner).Value(Reverse ? 1 : 0).Run();
    }

    /// <summary>Each element moved one place along an axis, to the right or to the left; a number comes in at the end that is left empty.</summary>
    internal static Tensor Shift(Tensor x, int axis, bool right, double first)
    {
        int size = x.Shape[axis];
        if (size == 0) return x;
        Tensor moved = right ? x.Slice(axis, 0, size - 1) : x.Slice(axis, 1), filled = Tensor.Full(x.Shape.With(axis, 1), first, x.DType, x.Device);
        return TensorMath.Concat(right ? [filled, moved] : [moved, filled], axis);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor sums = Shift(rule.X, Axis, Reverse, 0).LinearRecurrence(rule.Cotangent, Axis, !Reverse);
        if (rule.Needs(0)) rule.Give(0, Shift(rule.Result, Axis, !Reverse, 0) * sums);
        if (rule.Needs(1)) rule.Give(1, sums);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? added = rule.Tangent(1);
        if (rule.Tangent(0) is { } factors)
        {
            Tensor part = Shift(rule.Result, Axis, !Reverse, 0) * factors;
            added = added is null ? part : added + part;
        }

        return rule.X.LinearRecurrence(added!, Axis, Reverse);
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// h_j = a_j·h_j-1 + b_j along an axis, from h_-1 = 0 on; in reverse h_j = a_j·h_j+1 + b_j. Discounted returns, advantages, linear state spaces, running averages with weights.
    /// </summary>
    /// <param name="factors">a, f32 or f64.</param>
    /// <param name="added">b, of a's shape.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="reverse">Whether it runs from the last element to the first.</param>
    /// <exception cref="ShapeException">The shapes differ, or the axis does not exist.</exception>
    public static Tensor LinearRecurrence(this Tensor factors, Tensor added, int axis = -1, bool reverse = false) =>
        Dispatch.Run(new LinearRecurrence(factors.Shape.Axis("linear_recurrence", axis), reverse), factors.Contiguous(), added.Contiguous());
}
