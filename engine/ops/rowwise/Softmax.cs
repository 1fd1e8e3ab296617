using Adjoint.Kernels;

namespace Adjoint;

/// <summary>e^x / Σ e^x along rows, without overflow.</summary>
public sealed record Softmax : RowOp
{
    public override string Name => "softmax";

    static readonly TeamKernels Teams = new("softmax");

    private protected override TeamKernels Kernels => Teams;

    public override Saves Saves => Saves.Output;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
            RunRows<SoftmaxKernel<T>, T>(new(x, y, inputs[0].Shape[-1]), inputs[0]);
    }

    // The Jacobian diag(y) - y yᵀ is symmetric, so one op serves both directions.
    public override void Vjp(VjpRule rule) => rule.Give(0, SoftmaxDerivative.Of(rule.Cotangent, rule.Result));

    public override Tensor? Jvp(JvpRule rule) => SoftmaxDerivative.Of(rule.Tangent(0)!, rule.Result);
}

public static partial class TensorMath
{
    /// <summary>e^x / Σ e^x along an axis.</summary>
    public static Tensor Softmax(this Tensor x, int axis = -1) => RowOp.Along(x, axis, "softmax", static rows => Dispatch.Run(new Softmax(), rows));
}
