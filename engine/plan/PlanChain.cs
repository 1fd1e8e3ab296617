namespace Adjoint;

/// <summary>
/// Plans one after another, of which the next may depend on what the last has computed: trajectories that end at different times, members of an ensemble that stop when they are good enough. Chains run side
/// by side with <see cref="Plan.RunTogether(PlanChain[])"/>.
/// </summary>
public abstract class PlanChain
{
    // The plan that was asked for and has not run, and how long the chain took when it last ran beside others.
    internal Plan? Ready;
    internal long LastTicks;

    /// <summary>
    /// The plan to run now; null at the end, after which the chain may be run again. Called on the thread that runs the chain: it may read and write tensors that no other chain touches, and must neither
    /// compute nor record.
    /// </summary>
    protected internal abstract Plan? Next();
}
