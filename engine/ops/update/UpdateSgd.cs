using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// One step of gradient descent over dense buffers. Inputs: gradient, learning rate (f64 scalar), factor on the gradient (scalar); outputs,
/// rewritten: parameters and, with momentum, velocity. Semantics are those of PyTorch with dampening 0.
/// </summary>
/// <param name="Momentum">Decay of the velocity; 0 for none.</param>
/// <param name="Nesterov">Whether the step looks ahead along the velocity.</param>
/// <param name="Decay">Weight decay, added to the gradient.</param>
/// <param name="RateScale">Factor on the learning rate.</param>
public sealed record UpdateSgd(double Momentum, bool Nesterov, double Decay, double RateScale) : UpdateOp
{
    public override string Name => "update_sgd";

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        double rate = Number(inputs[1]) * RateScale, scale = Number(inputs[2]);
        if (Momentum == 0) Run(new SgdRule(scale, Decay, rate), inputs, outputs);
        else if (Nesterov) Run(new NesterovRule(scale, Decay, rate, Momentum), inputs, outputs);
        else Run(new MomentumRule(scale, Decay, rate, Momentum), inputs, outputs);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 7L * inputs[0].Count;

    static readonly KernelReference RateFactors = new("update_rate_factors");
    static readonly RuleKernels Plain = new("SgdDeviceRule"), WithMomentum = new("MomentumDeviceRule"), Ahead = new("NesterovDeviceRule");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ulong factors = Factors(queue);
        WriteFactors(queue, RateFactors, factors, inputs).Dense(inputs[1]).Value(RateScale).Run();
        if (Momentum == 0) Move(queue, Plain, 0, inputs, outputs, inputs[2], factors).Value(Decay).Run();
        else Move(queue, Nesterov ? Ahead : WithMomentum, 1, inputs, outputs, inputs[2], factors).Value(Decay).Value(Momentum).Run();
    }
}
