using Adjoint.Kernels;

namespace Adjoint;

/// <summary>(x - mean) / √(variance + ε) along rows: layer norm before its scale and shift. Ba, Kiros, Hinton 2016.</summary>
public sealed record Standardize(double Epsilon) : RowOp
{
    public override string Name => "standardize";

    static readonly TeamKernels Teams = new("standardize");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    public override Saves Saves => Saves.First;

    internal static Tensor Of(Tensor x, double epsilon) => Dispatch.Run(new Standardize(epsilon), x.Contiguous());

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
            RunRows<StandardizeKernel<T>, T>(new(x, y, inputs[0].Shape[-1], Epsilon), inputs[0]);
    }

    // The Jacobian (I - 1/n - y yᵀ/n) / √(variance + ε) is symmetric, so one op serves both directions.
    public override void Vjp(VjpRule rule) => rule.Give(0, StandardizeDerivative.Of(rule.Cotangent, rule.X, Epsilon));

    public override Tensor? Jvp(JvpRule rule) => StandardizeDerivative.Of(rule.Tangent(0)!, rule.X, Epsilon);
}

public static partial class TensorMath
{
    /// <summary>(x - mean) / √(variance + ε) along the last axis, then · scale + shift where given.</summary>
    /// <exception cref="SettingException">ε is not a number of at least 0.</exception>
    public static Tensor LayerNorm(this Tensor x, Tensor? scale = null, Tensor? shift = null, double epsilon = 1e-5)
    {
        Check.InRange(epsilon, 0, double.MaxValue, "LayerNorm epsilon");
        if (scale is not null && shift is not null && StandardizeAffine.Fits(x, scale, shift))
            return Dispatch.Run(new StandardizeAffine(epsilon), x.Contiguous(), scale.Contiguous(), shift.Contiguous());
        Tensor y = Standardize.Of(x, epsilon);
        if (scale is not null) y *= scale;
        return shift is null ? y : y + shift;
    }
}
