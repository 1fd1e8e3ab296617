using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A computation on each row (the last axis) of a dense f32 or f64 tensor, with a result of the same shape.</summary>
public abstract record RowOp : FloatOp
{
    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.MinimumRank(Name, "the input", inputs[0], 1);
        if (inputs[0].Shape[-1] == 0) throw new ShapeException($"{Name}: the rows of {inputs[0].Shape} are empty. Check for empty input before.");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    private protected static void RunRows<TKernel, T>(in TKernel kernel, Tensor x)
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged =>
        RowLoop.Run<TKernel, T>(kernel, x.Count / x.Shape[-1], x.Shape[-1]);

    /// <summary>The kernels of the op's GPU form, whose arguments are inputs, outputs, rows, columns and, where the op has one, ε.</summary>
    private protected abstract TeamKernels Kernels { get; }

    /// <summary>The input whose last axis is the rows.</summary>
    private protected virtual Tensor Rows(ReadOnlySpan<Tensor> inputs) => inputs[0];

    /// <summary>ε of the op, if it has one.</summary>
    private protected virtual double? Added => null;

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = Rows(inputs);
        int columns = x.Shape[-1], rows = x.Count / columns;
        KernelCall call = queue.CallRows(Kernels, x.DType, rows, columns).Dense(inputs).Dense(outputs).Value(rows).Value(columns);
        if (Added is { } epsilon) call = call.Value(epsilon);
        call.Run();
    }

    /// <summary>Runs a row op along any axis, by moving that axis to the end and back.</summary>
    internal static Tensor Along(Tensor x, int axis, string name, Func<Tensor, Tensor> rows)
    {
        axis = x.Shape.Axis(name, axis);
        return axis == x.Rank - 1 ? rows(x.Contiguous()) : rows(x.Transpose(axis, -1).Contiguous()).Transpose(axis, -1);
    }
}

/// <summary>
/// A derivative of a row op as one kernel over dense tensors of the rows' shape: the first input is the cotangent (or tangent), the second what the derivative is taken at.
/// Its own rules are tensor expressions, so that every further order follows.
/// </summary>
public abstract record RowDerivative : RowOp
{
    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.SameType(Name, inputs[0], inputs[1]);
        if (inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"{Name}: the cotangent {inputs[0].Shape} and the point {inputs[1].Shape} differ. Expand the cotangent.");
        return base.Infer(inputs, output);
    }
}
