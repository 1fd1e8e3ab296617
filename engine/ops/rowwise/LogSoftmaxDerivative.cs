using Adjoint.Kernels;

namespace Adjoint;

/// <summary>t - e^y·Σ t along rows: the reverse derivative of log-softmax at its result y.</summary>
public sealed record LogSoftmaxDerivative : RowDerivative
{
    public override string Name => "log_softmax_derivative";

    static readonly TeamKernels Teams = new("log_softmax_derivative");

    private protected override TeamKernels Kernels => Teams;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* t = &inputs[0].First<T>(), y = &inputs[1].First<T>(), z = &outputs[0].First<T>())
            RunRows<LogSoftmaxDerivativeKernel<T>, T>(new(t, y, z, inputs[0].Shape[-1]), inputs[0]);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor c = rule.Cotangent, weighted = c * rule.Y.Exp();
        if (rule.Needs(0)) rule.Give(0, c - weighted.Sum(-1, keepAxes: true));
        if (rule.Needs(1)) rule.Give(1, -weighted * rule.X.Sum(-1, keepAxes: true));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(0) is { } t ? Dispatch.Run(this, t.Contiguous(), rule.Y) : null;
        if (rule.Tangent(1) is not { } y) return sum;
        Tensor part = rule.Y.Exp() * y * rule.X.Sum(-1, keepAxes: true);
        return sum is null ? -part : sum - part;
    }
}
