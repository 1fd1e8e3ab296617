using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// One step of Adam, or of AdamW where the decay is decoupled, over dense buffers. Inputs: gradient, learning rate (f64 scalar), step count (i64
/// scalar, 1 at the first step), factor on the gradient (scalar); outputs, rewritten: parameters, first moment, second moment. Semantics are those of
/// PyTorch.
/// </summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="Decoupled">Whether the decay shrinks the parameters (AdamW) or adds to the gradient (Adam).</param>
/// <param name="RateScale">Factor on the learning rate.</param>
public sealed record UpdateAdam(double Beta1, double Beta2, double Epsilon, double Decay, bool Decoupled, double RateScale) : UpdateOp
{
    public override string Name => "update_adam";

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        double rate = Number(inputs[1]) * RateScale, scale = Number(inputs[3]);
        long step = Count(inputs[2]);
        double correction1 = 1 - Math.Pow(Beta1, step), correction2 = 1 - Math.Pow(Beta2, step);
        var rule = new AdamRule(scale, Decoupled ? 0 : Decay, Decoupled ? 1 - (rate * Decay) : 1, Beta1, Beta2, rate / correction1, 1 / Math.Sqrt(correction2), Epsilon);
        Run(rule, inputs, outputs);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 15L * inputs[0].Count;

    static readonly KernelReference AdamFactors = new("update_adam_factors");
    static readonly RuleKernels Kernels = new("AdamDeviceRule");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ulong factors = Factors(queue);
        WriteFactors(queue, AdamFactors, factors, inputs).Dense(inputs[1]).Dense(inputs[2]).Value(RateScale).Value(Beta1).Value(Beta2).Value(Decoupled ? Decay : 0).Run();
        Move(queue, Kernels, 2, inputs, outputs, inputs[3], factors).Value(Beta1).Value(Beta2).Value(Epsilon).Value(Decoupled ? 0 : Decay).Run();
    }
}
