using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>What a run learns to sample: an environment, its reward, and how its objects are looked at.</summary>
/// <param name="Environment">The rules.</param>
/// <param name="Reward">log R.</param>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed record GFlowNetTask<TEnvironment>(TEnvironment Environment, IReward Reward) where TEnvironment : unmanaged, IEnvironment
{
    /// <summary>What counts as a mode; null where nothing does.</summary>
    public IModes? Modes { get; init; }

    /// <summary>Whether all states fit into memory, so that P_T is known exactly.</summary>
    public bool IsEnumerable { get; init; } = true;

    /// <summary>How many leading cells of a state the policy sees.</summary>
    public int Observed { get; init; } = Environment.Cells;

    /// <summary>The policy for a layout of heads; null for layers over one-hot cells.</summary>
    public Func<PolicyLayout, Policy>? Network { get; init; }

    /// <summary>An object as a reader would write it.</summary>
    public Func<long[], string> Spell { get; init; } = static cells => string.Join(" ", cells);

    /// <summary>Names of the leading cells whose means are compared, such as the edges of graphs; none elsewhere.</summary>
    public IReadOnlyList<string> Marginals { get; init; } = [];

    /// <summary>Side of the grid, where an object is a point of one: the report then shows maps of the first two coordinates.</summary>
    public int MapSide { get; init; }

    /// <summary>Objects at which the correlation of log R and log P_T is taken where P_T is not known exactly: i64 [count, cells]; null for none.</summary>
    public Tensor? Probes { get; init; }

    /// <summary>log Z, where it is known without enumerating the states; not a number otherwise.</summary>
    public double LogPartition { get; init; } = double.NaN;
}
