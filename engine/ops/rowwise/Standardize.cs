using Adjoint.Kernels;

namespace Adjoint;

/// <summary>(x - mean) / √(variance + ε) along rows: layer norm before its scale and shift. Ba, Kiros, Hinton 2016.</summary>
public sealed record Standardize(double Epsilon) : RowOp
{
    public override string Name => "standardize";

    public override Saves Saves => Saves.First | Saves.Output;

    protected override double Parameter => Epsilon;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => RunRows<RowKernels.StandardizeRow<T>, T>(inputs[0], outputs[0]);

    public override void Vjp(VjpRule rule) => rule.Give(0, Derivative(rule.Cotangent, rule));

    public override Tensor? Jvp(JvpRule rule) => Derivative(rule.Tangent(0)!, rule);

    // The Jacobian (I - 1/n - y yᵀ/n) / √(variance + ε) is symmetric.
    Tensor Derivative(Tensor t, Saved saved)
    {
        Tensor y = saved.Result;
        Tensor scale = saved.X.Variance(-1, correction: 0, keepAxes: true).Affine(1, Epsilon).Rsqrt();
        return scale * (t - t.Mean(-1, keepAxes: true) - (y * (t * y).Mean(-1, keepAxes: true)));
    }
}

public static partial class TensorMath
{
    /// <summary>(x - mean) / √(variance + ε) along the last axis, then · scale + shift where given.</summary>
    /// <exception cref="SettingException">ε is not a number of at least 0.</exception>
    public static Tensor LayerNorm(this Tensor x, Tensor? scale = null, Tensor? shift = null, double epsilon = 1e-5)
    {
        Check.InRange(epsilon, 0, double.MaxValue, "LayerNorm epsilon");
        Tensor y = Dispatch.Run(new Standardize(epsilon), x.Contiguous());
        if (scale is not null) y *= scale;
        return shift is null ? y : y + shift;
    }
}
