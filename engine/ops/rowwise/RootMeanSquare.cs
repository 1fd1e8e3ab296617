using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x / √(mean of x² + ε) along rows: RMS norm before its scale. Zhang, Sennrich 2019.</summary>
public sealed record RootMeanSquare(double Epsilon) : RowOp
{
    public override string Name => "rms_norm";

    public override Saves Saves => Saves.First | Saves.Output;

    protected override double Parameter => Epsilon;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => RunRows<RowKernels.RootMeanSquareRow<T>, T>(inputs[0], outputs[0]);

    public override void Vjp(VjpRule rule) => rule.Give(0, Derivative(rule.Cotangent, rule));

    public override Tensor? Jvp(JvpRule rule) => Derivative(rule.Tangent(0)!, rule);

    // The Jacobian (I - y yᵀ/n) / √(mean square + ε) is symmetric.
    Tensor Derivative(Tensor t, Saved saved)
    {
        Tensor y = saved.Result;
        Tensor scale = saved.X.Square().Mean(-1, keepAxes: true).Affine(1, Epsilon).Rsqrt();
        return scale * (t - (y * (t * y).Mean(-1, keepAxes: true)));
    }
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
