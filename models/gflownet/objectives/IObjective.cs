namespace Adjoint.Models.GFlowNets;

/// <summary>What an objective asks to be computed.</summary>
[Flags]
public enum ObjectiveNeeds
{
    /// <summary>P_F and P_B alone.</summary>
    None = 0,

    /// <summary>A learned scalar log Z.</summary>
    LogZ = 1,

    /// <summary>A learned log F(s).</summary>
    LogFlow = 2,

    /// <summary>log R of every state, all of which are objects.</summary>
    StateReward = 4,

    /// <summary>log P_F of leaving the graph at every state, which is the last action.</summary>
    Stop = 8,
}

/// <summary>A balance loss: zero on every trajectory exactly if the policy draws objects in proportion to their reward.</summary>
public interface IObjective
{
    /// <summary>What it asks for.</summary>
    ObjectiveNeeds Needs { get; }

    /// <summary>The loss, a scalar.</summary>
    Tensor Loss(TrajectoryTerms terms);
}
