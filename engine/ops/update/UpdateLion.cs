using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// One step of Lion over dense buffers. Inputs: gradient, learning rate (f64 scalar), factor on the gradient (scalar); outputs, rewritten: parameters and the mean of the gradient.
/// </summary>
/// <param name="Beta1">Share of the mean in the direction.</param>
/// <param name="Beta2">Decay of the mean.</param>
/// <param name="Decay">Weight decay, which shrinks the parameters.</param>
/// <param name="RateScale">Factor on the learning rate.</param>
public sealed record UpdateLion(double Beta1, double Beta2, double Decay, double RateScale) : UpdateOp
{
    public override string Name => "update_lion";

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        double rate = Number(inputs[1]) * RateScale;
        Run(new LionRule(Number(inputs[2]), 1 - (rate * Decay), Beta1, Beta2, rate), inputs, outputs);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 10L * inputs[0].Count;

    static readonly KernelReference RateFactors = new("update_rate_factors");
    static readonly RuleKernels Kernels = new("LionDeviceRule");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ulong factors = Factors(queue);
        WriteFactors(queue, RateFactors, factors, inputs).Dense(inputs[1]).Value(RateScale).Run();
        Move(queue, Kernels, 1, inputs, outputs, inputs[2], factors).Value(Beta1).Value(Beta2).Value(Decay).Run();
    }
}
