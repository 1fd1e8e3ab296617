using Adjoint.Kernels;

namespace Adjoint;

/// <summary>(t - mean t - y·mean(t·y)) / √(variance + ε) along rows, y being x standardised: the derivative of <see cref="Standardize"/> at x.</summary>
public sealed record StandardizeDerivative(double Epsilon) : NormDerivative(Epsilon)
{
    public override string Name => "standardize_derivative";

    static readonly TeamKernels Teams = new("standardize_derivative");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    internal static Tensor Of(Tensor t, Tensor x, double epsilon) => Dispatch.Run(new StandardizeDerivative(epsilon), t.Contiguous(), x.Contiguous());

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* t = &inputs[0].First<T>(), x = &inputs[1].First<T>(), z = &outputs[0].First<T>())
            RunRows<StandardizeDerivativeKernel<T>, T>(new(t, x, z, inputs[0].Shape[-1], Epsilon), inputs[0]);
    }

    private protected override Tensor Apply(Tensor t, Tensor x) => Of(t, x, Epsilon);

    private protected override Tensor Norm(Tensor x) => Standardize.Of(x, Epsilon);

    private protected override Tensor Scale(Tensor x) => x.Variance(-1, correction: 0, keepAxes: true).Affine(1, Epsilon).Rsqrt();

    private protected override Tensor Covariance(Tensor a, Tensor b) => Mean(a * b) - (Mean(a) * Mean(b));
}
