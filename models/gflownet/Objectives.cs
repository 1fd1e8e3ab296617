namespace Adjoint.Models.GFlowNets;

/// <summary>The objectives by the names that options give them.</summary>
static class Objectives
{
    /// <summary>Trajectory, log-variance, detailed, sub-trajectory balance, flow matching, modified and forward-looking detailed balance, f-trajectory balance.</summary>
    public static string[] Names { get; } = ["tb", "vargrad", "db", "subtb", "fm", "mdb", "fldb", "ftb"];

    /// <summary>The objective of a run; null for flow matching.</summary>
    /// <param name="config">The run.</param>
    /// <param name="annealed">The α family, if the run uses it and its α changes.</param>
    public static IObjective? Of(RunConfig config, out AlphaDivergence? annealed)
    {
        annealed = null;
        switch (config.Text("objective"))
        {
            case "tb": return new TrajectoryBalance();
            case "vargrad": return new LogVariance();
            case "db": return new DetailedBalance();
            case "fldb": return new DetailedBalance(isForwardLooking: true);
            case "subtb": return new SubTrajectoryBalance(config.Number("lambda"));
            case "mdb": return new ModifiedDetailedBalance();
            case "fm": return null;
        }

        FDivergence divergence = DivergenceTable.Make(config.Text("f"), config.Number("alpha"));
        if (config.Text("f") == "alpha") annealed = divergence as AlphaDivergence;
        return new DivergenceBalance(divergence, config.Text("log-z") == "learned", config.Number("temper"));
    }
}
