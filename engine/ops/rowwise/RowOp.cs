using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A computation on each row (the last axis) of a dense f32 or f64 tensor, with a result of the same shape.</summary>
public abstract record RowOp : FloatOp
{
    /// <summary>A number passed to the kernel, such as an epsilon.</summary>
    protected virtual double Parameter => 0;

    /// <summary>Numbers of output for each row.</summary>
    protected virtual int Outputs(int columns) => columns;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.MinimumRank(Name, "the input", inputs[0], 1);
        if (inputs[0].Shape[-1] == 0) throw new ShapeException($"{Name}: the rows of {inputs[0].Shape} are empty. Check for empty input before.");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    private protected unsafe void RunRows<TRow, T>(Tensor x, Tensor y)
        where TRow : struct, RowKernels.IRow<T>
        where T : unmanaged
    {
        int columns = x.Shape[-1];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
            RowKernels.Run<TRow, T>(source, target, x.Count / columns, columns, Outputs(columns), Parameter);
    }

    /// <summary>Runs a row op along any axis, by moving that axis to the end and back.</summary>
    internal static Tensor Along(Tensor x, int axis, string name, Func<Tensor, Tensor> rows)
    {
        axis = x.Shape.Axis(name, axis);
        return axis == x.Rank - 1 ? rows(x.Contiguous()) : rows(x.Transpose(axis, -1).Contiguous()).Transpose(axis, -1);
    }
}
