using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Σ e^x along rows, without overflow; rows become one number (an axis of size 1). A row of -inf gives -inf.</summary>
public sealed record LogSumExp : RowOp
{
    public override string Name => "logsumexp";

    public override Saves Saves => Saves.First | Saves.Output;

    protected override int Outputs(int columns) => 1;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Signature rows = base.Infer(inputs, output);
        return new Signature(rows.Shape.With(rows.Shape.Rank - 1, 1), rows.DType);
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => RunRows<RowKernels.LogSumExpRow<T>, T>(inputs[0], outputs[0]);

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent * Weights(rule));

    public override Tensor? Jvp(JvpRule rule) => (rule.Tangent(0)! * Weights(rule)).Sum(-1, keepAxes: true);

    // e^(x - result); where the result is -inf every weight is 0, not NaN.
    static Tensor Weights(Saved saved)
    {
        Tensor safe = TensorMath.Where(saved.Result.Equal(double.NegativeInfinity), saved.Result.ZerosLike(), saved.Result);
        return (saved.X - safe).Exp();
    }
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
