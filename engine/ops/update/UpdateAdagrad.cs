using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// One step of Adagrad over dense buffers. Inputs: gradient, learning rate (f64 scalar), factor on the gradient (scalar); outputs, rewritten: parameters and the sum of the gradient's squares.
/// Semantics are those of PyTorch.
/// </summary>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="Decay">Weight decay, added to the gradient.</param>
/// <param name="RateScale">Factor on the learning rate.</param>
public sealed record UpdateAdagrad(double Epsilon, double Decay, double RateScale) : UpdateOp
{
    public override string Name => "update_adagrad";

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(new AdagradRule(Number(inputs[2]), Decay, Number(inputs[1]) * RateScale, Epsilon), inputs, outputs);

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 9L * inputs[0].Count;

    static readonly KernelReference RateFactors = new("update_rate_factors");
    static readonly RuleKernels Kernels = new("AdagradDeviceRule");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ulong factors = Factors(queue);
        WriteFactors(queue, RateFactors, factors, inputs).Dense(inputs[1]).Value(RateScale).Run();
        Move(queue, Kernels, 1, inputs, outputs, inputs[2], factors).Value(Epsilon).Value(Decay).Run();
    }
}
