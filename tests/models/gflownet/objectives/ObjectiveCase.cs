using Adjoint.Models.GFlowNets;

namespace Adjoint.Tests.GFlowNets;

/// <summary>An objective, with its loss again in plain numbers.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Objective">The code under test; null for flow matching.</param>
/// <param name="Plain">The loss of chosen trajectories by loops.</param>
sealed record ObjectiveCase(string Name, IObjective? Objective, Func<PlainTrajectories, double> Plain)
{
    /// <summary>Every objective, with every divergence.</summary>
    public static IReadOnlyList<ObjectiveCase> All { get; } =
    [
        new("tb", new TrajectoryBalance(), static plain => plain.TrajectoryBalance()),
        new("log-variance", new LogVariance(), static plain => plain.LogVariance()),
        new("db", new DetailedBalance(), static plain => plain.DetailedBalance(false)),
        new("fldb", new DetailedBalance(isForwardLooking: true), static plain => plain.DetailedBalance(true)),
        SubTrajectories(0.5),
        SubTrajectories(0.9),
        SubTrajectories(1.9),
        new("mdb", new ModifiedDetailedBalance(), static plain => plain.ModifiedDetailedBalance()),
        new("fm", null, static plain => plain.FlowMatching()),
        .. DivergenceFormula.All.Select(static formula => OfDivergence(formula, true, 1)),
        .. DivergenceFormula.All.Select(static formula => OfDivergence(formula, false, 1)),
        OfDivergence(DivergenceFormula.Smooth[0], true, 0.3),
        OfDivergence(DivergenceFormula.Smooth[0], false, 0.3),
    ];

    /// <summary>Those that make sense where only complete objects have a reward.</summary>
    public static IEnumerable<ObjectiveCase> ForFixedLength => All.Where(static one => one.Name is not ("fldb" or "mdb"));

    public bool HasFlow => Objective?.Needs.HasFlag(ObjectiveNeeds.LogFlow) ?? false;

    /// <inheritdoc/>
    public override string ToString() => Name;

    static ObjectiveCase SubTrajectories(double lambda) => new($"subtb {lambda}", new SubTrajectoryBalance(lambda), plain => plain.SubTrajectoryBalance(lambda));

    static ObjectiveCase OfDivergence(DivergenceFormula formula, bool learnsLogZ, double temper) => new(
        $"{formula} {(learnsLogZ ? "learned" : "batch")}{(temper == 1 ? "" : $" tempered {temper}")}", new DivergenceBalance(formula.Make(), learnsLogZ, temper),
        plain => plain.Divergence(formula, learnsLogZ, temper));
}
