using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A step of learning, as plans. Where the policy recalls what it computed for sampling, derivatives by its parameters are taken for two halves of the rows, side by side: each thread works on rows that lie in its
/// own cache, and sums alone cross between cores.
/// </summary>
sealed class Lesson
{
    readonly Plan first;
    readonly Plan[] halves;
    readonly Plan? step;

    Lesson(Plan first, Plan[] halves, Plan? step) => (this.first, this.halves, this.step) = (first, halves, step);

    /// <summary>Takes the step as a whole, and records it.</summary>
    public static Lesson Record(Func<Tensor> step) => new(Plan.Record(step), [], null);

    /// <summary>Takes the step in halves, and records it.</summary>
    /// <param name="loss">The loss, and its derivatives by the policy's outputs and by parameters outside of the policy.</param>
    /// <param name="half">Half 0 or 1 of the gradient, from those derivatives.</param>
    /// <param name="step">The step along their sum.</param>
    public static Lesson Record(Func<Tensor[]> loss, Action<int, Tensor[]> half, Action step)
    {
        Plan first = Plan.Record(loss);
        Tensor[] derivatives = first.Outputs[1..].ToArray();
        return new(first, [Plan.Record(() => half(0, derivatives)), Plan.Record(() => half(1, derivatives))], Plan.Record(step));
    }

    /// <summary>The loss of the last run.</summary>
    public Tensor Loss => first.Output;

    /// <summary>The plans.</summary>
    public IReadOnlyList<Plan> Plans => step is null ? [first] : [first, .. halves, step];

    /// <summary>Takes the step again.</summary>
    public void Run()
    {
        first.Run();
        if (step is null) return;
        Plan.RunTogether(halves);
        step.Run();
    }
}
