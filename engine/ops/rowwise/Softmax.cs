using Adjoint.Kernels;

namespace Adjoint;

/// <summary>e^x / Σ e^x along rows, without overflow.</summary>
public sealed record Softmax : RowOp
{
    public override string Name => "softmax";

    public override Saves Saves => Saves.Output;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => RunRows<RowKernels.SoftmaxRow<T>, T>(inputs[0], outputs[0]);

    public override void Vjp(VjpRule rule) => rule.Give(0, Derivative(rule.Cotangent, rule.Result));

    public override Tensor? Jvp(JvpRule rule) => Derivative(rule.Tangent(0)!, rule.Result);

    // The Jacobian diag(y) - y yᵀ is symmetric, so one expression serves both directions.
    static Tensor Derivative(Tensor t, Tensor y)
    {
        Tensor weighted = t * y;
        return weighted - (y * weighted.Sum(-1, keepAxes: true));
    }
}

public static partial class TensorMath
{
    /// <summary>e^x / Σ e^x along an axis.</summary>
    public static Tensor Softmax(this Tensor x, int axis = -1) => RowOp.Along(x, axis, "softmax", static rows => Dispatch.Run(new Softmax(), rows));
}
