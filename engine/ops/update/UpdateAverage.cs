using Adjoint.Kernels;

namespace Adjoint;

/// <summary>How much an average keeps of itself at each step.</summary>
public enum AverageKind
{
    /// <summary>The same share at every step.</summary>
    Exponential,

    /// <summary>(1 - 1/k)^(γ + 1) at step k: Karras et al. 2024, section 3.</summary>
    Power,
}

/// <summary>
/// Moves an average towards parameters. Inputs: parameters, step count k (i64 scalar, 1 at the first step); output, rewritten: the average.
/// </summary>
/// <param name="Kind">Which law.</param>
/// <param name="Constant">The share kept, or γ.</param>
public sealed record UpdateAverage(AverageKind Kind, double Constant) : UpdateOp
{
    public override string Name => "update_average";

    /// <summary>Share of itself that the average keeps at step k.</summary>
    public double Kept(long step) => Kind == AverageKind.Exponential ? Constant : Math.Pow(1 - (1.0 / step), Constant + 1);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(new AverageRule(1 - Kept(Count(inputs[1]))), inputs, outputs);

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 3L * inputs[0].Count;

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Follow(queue, this, inputs[0], inputs[1], outputs[0]);
}
