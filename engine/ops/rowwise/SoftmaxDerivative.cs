using Adjoint.Kernels;

namespace Adjoint;

/// <summary>y·(t - Σ t·y) along rows: the derivative of softmax at its result y, in both directions.</summary>
public sealed record SoftmaxDerivative : RowDerivative
{
    public override string Name => "softmax_derivative";

    static readonly TeamKernels Teams = new("softmax_derivative");

    private protected override TeamKernels Kernels => Teams;

    internal static Tensor Of(Tensor t, Tensor result) => Dispatch.Run(new SoftmaxDerivative(), t.Contiguous(), result.Contiguous());

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* t = &inputs[0].First<T>(), y = &inputs[1].First<T>(), z = &outputs[0].First<T>())
            RunRows<SoftmaxDerivativeKernel<T>, T>(new(t, y, z, inputs[0].Shape[-1]), inputs[0]);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor t = rule.X, y = rule.Y, c = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, Of(c, y));
        if (rule.Needs(1)) rule.Give(1, (c * (t - Dot(t, y))) - (t * Dot(c, y)));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor t = rule.X, y = rule.Y;
        Tensor? sum = rule.Tangent(0) is { } along ? Of(along, y) : null;
        if (rule.Tangent(1) is not { } tangent) return sum;
        Tensor part = (tangent * (t - Dot(t, y))) - (y * Dot(t, tangent));
        return sum is null ? part : sum + part;
    }

    static Tensor Dot(Tensor x, Tensor y) => (x * y).Sum(-1, keepAxes: true);
}
