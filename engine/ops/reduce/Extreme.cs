namespace Adjoint;

/// <summary>Largest or smallest value over axes. The derivative is shared equally by equal winners.</summary>
public abstract record Extreme<TFold>(int Axes, bool KeepAxes) : Reduce<TFold>(Axes, KeepAxes) where TFold : struct, INamedReduction
{
    public override Saves Saves => Saves.First | Saves.Output;

    public override void Vjp(VjpRule rule) => rule.Give(0, Restore(rule.Cotangent, rule.InputShape(0)) * Shares(rule));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(new Sum(Axes, KeepAxes), rule.Tangent(0)! * Shares(rule));

    // 1 / number of winners at the winners, 0 elsewhere.
    Tensor Shares(Saved saved)
    {
        Tensor winners = saved.X.Equal(Restore(saved.Result, saved.InputShape(0))).To(saved.InputType(0));
        return winners / Dispatch.Run(new Sum(Axes, true), winners);
    }
}
