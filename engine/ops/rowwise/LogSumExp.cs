using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Σ e^x along rows, without overflow; rows become one number (an axis of size 1). A row of -inf gives -inf.</summary>
public sealed record LogSumExp : RowOp
{
    public override string Name => "logsumexp";

    static readonly TeamKernels Teams = new("logsumexp");

    private protected override TeamKernels Kernels => Teams;

    public override Saves Saves => Saves.First | Saves.Output;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Signature rows = base.Infer(inputs, output);
        return new Signature(rows.Shape.With(rows.Shape.Rank - 1, 1), rows.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
            RunRows<LogSumExpKernel<T>, T>(new(x, y, inputs[0].Shape[-1]), inputs[0]);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, LogSumExpDerivative.Of(rule.Cotangent, rule.X, rule.Result));

    public override Tensor? Jvp(JvpRule rule) => (rule.Tangent(0)! * LogSumExpDerivative.Weights(rule.X, rule.Result)).Sum(-1, keepAxes: true);
}

public static partial class TensorMath
{
    /// <summary>log Σ e^x over one axis; -inf where all are -inf.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public static Tensor LogSumExp(this Tensor x, int axis = -1, bool keepAxes = false)
    {
        axis = x.Shape.Axis("logsumexp", axis);
        Tensor result = RowOp.Along(x, axis, "logsumexp", static rows => Dispatch.Run(new LogSumExp(), rows));
        return keepAxes ? result : result.Squeeze(axis);
    }
}
