namespace Adjoint;

/// <summary>
/// Plans one after another, of which the next may depend on what the last has computed: trajectories that end at different times, members of an ensemble that stop when they are good enough. Chains run side
/// by side with <see cref="Plan.RunTogether(PlanChain[])"/>.
/// </summary>
public abstract class PlanChain
{
    /// <summary>The plan to run now; null at the end.</summary>
    internal Plan? Ready { get; private set; }

    /// <summary>How long the chain took when it last ran beside others.</summary>
    internal long LastTicks { get; set; }

    /// <summary>Goes on to the next plan.</summary>
    internal void Advance() => Ready = Next();

    /// <summary>
    /// The plan to run now; null at the end, after which the chain may be run again. Called on the thread that runs the chain: it may read and write tensors that no other chain touches, and must neither
    /// compute nor record.
    /// </summary>
    protected abstract Plan? Next();
}
