using Adjoint.Kernels;

namespace Adjoint;

/// <summary>(t - y·mean(t·y)) / √(mean of x² + ε) along rows, y being the norm of x: the derivative of <see cref="RootMeanSquare"/> at x.</summary>
public sealed record RootMeanSquareDerivative(double Epsilon) : NormDerivative(Epsilon)
{
    public override string Name => "rms_norm_derivative";

    static readonly TeamKernels Teams = new("root_mean_square_derivative");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    internal static Tensor Of(Tensor t, Tensor x, double epsilon) => Dispatch.Run(new RootMeanSquareDerivative(epsilon), t.Contiguous(), x.Contiguous());

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* t = &inputs[0].First<T>(), x = &inputs[1].First<T>(), z = &outputs[0].First<T>())
            RunRows<RootMeanSquareDerivativeKernel<T>, T>(new(t, x, z, inputs[0].Shape[-1], Epsilon), inputs[0]);
    }

    private protected override Tensor Apply(Tensor t, Tensor x) => Of(t, x, Epsilon);

    private protected override Tensor Norm(Tensor x) => Dispatch.Run(new RootMeanSquare(Epsilon), x.Contiguous());

    private protected override Tensor Scale(Tensor x) => Mean(x.Square()).Affine(1, Epsilon).Rsqrt();

    private protected override Tensor Covariance(Tensor a, Tensor b) => Mean(a * b);
}
