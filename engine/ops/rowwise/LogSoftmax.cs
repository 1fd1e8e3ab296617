using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x - log Σ e^x along rows, without overflow.</summary>
public sealed record LogSoftmax : RowOp
{
    public override string Name => "log_softmax";

    static readonly TeamKernels Teams = new("log_softmax");

    private protected override TeamKernels Kernels => Teams;

    public override Saves Saves => Saves.Output;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
            RunRows<LogSoftmaxKernel<T>, T>(new(x, y, inputs[0].Shape[-1]), inputs[0]);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(new LogSoftmaxDerivative(), rule.Cotangent.Contiguous(), rule.Result));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)! - (rule.Result.Exp() * rule.Tangent(0)!).Sum(-1, keepAxes: true);
}

public static partial class TensorMath
{
    /// <summary>x - log Σ e^x along an axis.</summary>
    public static Tensor LogSoftmax(this Tensor x, int axis = -1) =>
        RowOp.Along(x, axis, "log_softmax", static rows => Dispatch.Run(new LogSoftmax(), rows));
}
