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

    /// <summary>The law as kernels take it.</summary>
    internal AverageLaw Law => new(Kind == AverageKind.Power ? AverageLaw.Power : AverageLaw.Exponential, Constant);

    static readonly KernelReference AverageFactors = new("update_average_factors");
    static readonly TypedKernels Kernels = new("update", ["AverageDeviceRule", "WithoutAverage"]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor target = outputs[0];
        ulong factors = Factors(queue);
        queue.Call(AverageFactors, 1).Dense(inputs[1]).View(factors, FactorCount).Value(Law).Run();
        queue.Call(Kernels.Of(target.DType), PointwiseLaunch.Packs(target)).Dense(target).Dense(inputs[0])
            .Nothing().Nothing().Nothing().Nothing().View(factors, FactorCount).Value((long)target.Count).Value((byte)0).Run();
    }
}
