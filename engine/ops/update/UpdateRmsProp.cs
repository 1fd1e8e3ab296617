using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// One step of RMSprop over dense buffers. Inputs: gradient, learning rate (f64 scalar), factor on the gradient (scalar); outputs, rewritten: parameters, the mean of the gradient's squares and,
/// where there is either, the mean of the gradient (centred) or the velocity (momentum). Semantics are those of PyTorch.
/// </summary>
/// <param name="Alpha">Decay of the means.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="Centred">Whether the gradient's own mean is taken from its mean square.</param>
/// <param name="Momentum">Decay of the velocity; 0 for none.</param>
/// <param name="Decay">Weight decay, added to the gradient.</param>
/// <param name="RateScale">Factor on the learning rate.</param>
public sealed record UpdateRmsProp(double Alpha, double Epsilon, bool Centred, double Momentum, double Decay, double RateScale) : UpdateOp
{
    public override string Name => "update_rmsprop";

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        if (Centred && Momentum != 0) throw new SettingException($"{Name}: centred steps have no buffer left for a momentum of {Momentum}. Take two ops, one that centres and one with momentum.");
        return base.Infer(inputs, output);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        double rate = Number(inputs[1]) * RateScale, scale = Number(inputs[2]);
        if (Centred) Run(new RmsPropCentredRule(scale, Decay, rate, Alpha, Epsilon), inputs, outputs);
        else if (Momentum != 0) Run(new RmsPropMomentumRule(scale, Decay, rate, Alpha, Epsilon, Momentum), inputs, outputs);
        else Run(new RmsPropRule(scale, Decay, rate, Alpha, Epsilon), inputs, outputs);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 12L * inputs[0].Count;

    static readonly KernelReference RateFactors = new("update_rate_factors");
    static readonly RuleKernels Plain = new("RmsPropDeviceRule"), WithMomentum = new("RmsPropMomentumDeviceRule"), WithMean = new("RmsPropCentredDeviceRule");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ulong factors = Factors(queue);
        WriteFactors(queue, RateFactors, factors, inputs).Dense(inputs[1]).Value(RateScale).Run();
        if (Momentum != 0) Move(queue, WithMomentum, 2, inputs, outputs, inputs[2], factors).Value(Decay).Value(Alpha).Value(Epsilon).Value(Momentum).Run();
        else Move(queue, Centred ? WithMean : Plain, Centred ? 2 : 1, inputs, outputs, inputs[2], factors).Value(Decay).Value(Alpha).Value(Epsilon).Run();
    }
}
