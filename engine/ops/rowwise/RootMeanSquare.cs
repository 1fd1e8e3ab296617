using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x / √(mean of x² + ε) along rows: RMS norm before its scale. Zhang, Sennrich 2019.</summary>
public sealed record RootMeanSquare(double Epsilon) : RowOp
{
    public override string Name => "rms_norm";

    static readonly TeamKernels Teams = new("root_mean_square");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    public override Saves Saves => Saves.First;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
            RunRows<RootMeanSquareKernel<T>, T>(new(x, y, inputs[0].Shape[-1], Epsilon), inputs[0]);
    }

    // The Jacobian (I - y yᵀ/n) / √(mean square + ε) is symmetric, so one op serves both directions.
    public override void Vjp(VjpRule rule) => rule.Give(0, RootMeanSquareDerivative.Of(rule.Cotangent, rule.X, Epsilon));

    public override Tensor? Jvp(JvpRule rule) => RootMeanSquareDerivative.Of(rule.Tangent(0)!, rule.X, Epsilon);
}

public static partial class TensorMath
{
    /// <summary>x / √(mean of x² + ε) along the last axis, then · scale where given.</summary>
    /// <exception cref="SettingException">ε is not a number of at least 0.</exception>
    public static Tensor RmsNorm(this Tensor x, Tensor? scale = null, double epsilon = 1e-5)
    {
        Check.InRange(epsilon, 0, double.MaxValue, "RmsNorm epsilon");
        Tensor y = Dispatch.Run(new RootMeanSquare(epsilon), x.Contiguous());
        return scale is null ? y : y * scale;
    }
}
