using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A step of learning, as plans. Where the policy recalls what it computed for sampling, all but the loss itself is done for two halves of the rows, side by side: each thread works on rows that lie in its
/// own cache, and sums alone cross between cores.
/// </summary>
sealed class Lesson
{
    readonly Plan[] before;
    readonly Plan loss;
    readonly Plan[] behind;
    readonly Plan? step;

    Lesson(Plan[] before, Plan loss, Plan[] behind, Plan? step) => (this.before, this.loss, this.behind, this.step) = (before, loss, behind, step);

    /// <summary>Takes the step as a whole, and records it.</summary>
    public static Lesson Record(Func<Tensor> step) => new([], Plan.Record(step), [], null);

    /// <summary>Takes the step in halves, and records it.</summary>
    /// <param name="normalize">Half 0 or 1 of what the loss is made of.</param>
    /// <param name="loss">The loss, and its derivatives.</param>
    /// <param name="derive">Half 0 or 1 of the gradient, from those derivatives.</param>
    /// <param name="step">The step along their sum.</param>
    public static Lesson Record(Action<int> normalize, Func<Tensor[]> loss, Action<int, Tensor[]> derive, Action step)
    {
        Plan[] before = [Plan.Record(() => normalize(0)), Plan.Record(() => normalize(1))];
        Plan middle = Plan.Record(loss);
        Tensor[] derivatives = middle.Outputs[1..].ToArray();
        return new(before, middle, [Plan.Record(() => derive(0, derivatives)), Plan.Record(() => derive(1, derivatives))], Plan.Record(step));
    }

    /// <summary>The loss of the last run.</summary>
    public Tensor Loss => loss.Output;

    /// <summary>The plans.</summary>
    public IReadOnlyList<Plan> Plans => step is null ? [loss] : [.. before, loss, .. behind, step];

    /// <summary>Takes the step again.</summary>
    public void Run()
    {
        if (step is null)
        {
            loss.Run();
            return;
        }

        Plan.RunTogether(before);
        loss.Run();
        Plan.RunTogether(behind);
        step.Run();
    }
}
