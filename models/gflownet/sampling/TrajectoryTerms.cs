namespace Adjoint.Models.GFlowNets;

/// <summary>
/// What balance conditions are made of, for a batch of trajectories side by side: entry [t, i] belongs to the t-th state of trajectory i. Entries without a state, or without an action there, are zero.
/// </summary>
/// <param name="HasAction">Where an action was taken, bool [levels, batch]; without gaps in a column.</param>
/// <param name="LogForward">log P_F of the action taken [levels, batch].</param>
/// <param name="LogBackward">log P_B of the way back to the state before [levels, batch]; 0 at the source.</param>
/// <param name="LogReward">log R of the objects [batch].</param>
public sealed record TrajectoryTerms(Tensor HasAction, Tensor LogForward, Tensor LogBackward, Tensor LogReward)
{
    /// <summary>log F of the states [levels, batch], where it is learned.</summary>
    public Tensor? LogFlow { get; init; }

    /// <summary>log P_F of the action that leaves the graph [levels, batch], where the objective asks for it.</summary>
    public Tensor? LogStop { get; init; }

    /// <summary>log R of the states as objects [levels, batch], where the objective asks for it.</summary>
    public Tensor? StateLogReward { get; init; }

    /// <summary>Learned log Z [1], where there is one.</summary>
    public Tensor? LogZ { get; init; }

    /// <summary>The trajectories of two batches side by side; log Z is the first's.</summary>
    public TrajectoryTerms With(TrajectoryTerms others)
    {
        ArgumentNullException.ThrowIfNull(others);
        static Tensor Both(Tensor one, Tensor other, int axis = 1) => TensorMath.Concat([one, other], axis);
        return new(Both(HasAction, others.HasAction), Both(LogForward, others.LogForward), Both(LogBackward, others.LogBackward), Both(LogReward, others.LogReward, 0))
        {
            LogFlow = LogFlow is null ? null : Both(LogFlow, others.LogFlow!),
            LogStop = LogStop is null ? null : Both(LogStop, others.LogStop!),
            StateLogReward = StateLogReward is null ? null : Both(StateLogReward, others.StateLogReward!),
            LogZ = LogZ,
        };
    }

    /// <summary>
    /// log P_F(τ) - log R(x) - log P_B(τ | x) for each trajectory [batch]: the residual of trajectory balance without log Z (gflownet specification, section 3.1).
    /// </summary>
    public Tensor LogRatio => LogForward.Sum(0) - LogBackward.Sum(0) - LogReward;

    /// <summary>
    /// Potentials c whose differences are the residuals of sub-trajectories (gflownet specification, section 3.2): c_t = log F(s_t) - Σ_u&lt;t (log P_F - log P_B) for the states with an action
    /// [levels, batch], and for the ends [batch] the same with log R in the place of log F.
    /// </summary>
    /// <param name="logFlow">log F of the states [levels, batch].</param>
    public (Tensor States, Tensor Ends) Potentials(Tensor logFlow)
    {
        ArgumentNullException.ThrowIfNull(logFlow);
        Tensor gain = LogForward - Ahead(LogBackward, null);
        return (logFlow - gain.CumulativeSum(0, exclusive: true), -LogRatio);
    }

    /// <summary>Entries [levels, batch] one level up, so that entry t holds what belongs to the next state; <paramref name="last"/> [batch] comes in at the end, zeros by default.</summary>
    public static Tensor Ahead(Tensor entries, Tensor? last)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Tensor end = last?.Unsqueeze(0) ?? Tensor.Zeros([1, entries.Shape[1]], entries.DType, entries.Device);
        return TensorMath.Concat([entries.Slice(0, 1), end], 0);
    }
}
