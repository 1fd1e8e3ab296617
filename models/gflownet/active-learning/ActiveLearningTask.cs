using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>What a run of active learning searches.</summary>
/// <param name="Environment">The rules by which objects are built.</param>
/// <param name="Library">All objects.</param>
/// <param name="Oracle">The label of each place.</param>
/// <param name="First">Places labelled at the start.</param>
/// <param name="Spell">An object as a reader would write it.</param>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed record ActiveLearningTask<TEnvironment>(TEnvironment Environment, ObjectLibrary Library, double[] Oracle, int[] First, Func<long[], string> Spell)
    where TEnvironment : unmanaged, IEnvironment
{
    /// <summary>What others reached, for the report; null for nothing.</summary>
    public string? Published { get; init; }
}

/// <summary>The tasks of the presets, by the names that the option <c>task</c> gives them.</summary>
static class ActiveLearningTasks
{
    // The lower half of the data (gflownet specification, section 5.5). Its 32,898 rows are 32,768 different strings: those that are their own reverse complement stand in the table twice.
    const double LowerHalf = 0.4393;

    /// <summary>The names.</summary>
    public static string[] Names { get; } = ["hypergrid", "tfbind8"];

    /// <summary>The experiment of a run.</summary>
    public static IExperiment Create(RunConfig config) =>
        config.Text("task") == "tfbind8" ? new ActiveLearningExperiment<AutoregressiveString>(config, Strings(config)) : new ActiveLearningExperiment<Hypergrid>(config, Grid(config));

    static ActiveLearningTask<Hypergrid> Grid(RunConfig config)
    {
        int dimensions = config.Whole("dimensions"), side = config.Whole("side");
        ObjectLibrary library = ObjectLibrary.OfGrid(dimensions, side);
        var reward = new HypergridReward(dimensions, side, HypergridRewardSet.Named(config.Text("reward")), DType.F64);
        int[] all = [.. Enumerable.Range(0, library.Count)];
        using var pause = Autodiff.Pause();
        double[] oracle = reward.LogOf(library.States(all)).Exp().Read<double>();
        int[] first = RandomSearch.Draw(all, config.Whole("initial"), Key.FromSeed(config.Seed).Split("initial"));
        return new(new Hypergrid(dimensions, side), library, oracle, first, static cells => string.Join(" ", cells));
    }

    static ActiveLearningTask<AutoregressiveString> Strings(RunConfig config)
    {
        double[] oracle = TfBind8.Read(config.DataPath(GFlowNetTasks.TfBind8Data, GFlowNetTasks.TfBind8Data.Files[0]));
        return new(
            new AutoregressiveString(TfBind8.Length, TfBind8.Alphabet.Length), ObjectLibrary.OfStrings(TfBind8.Length, TfBind8.Alphabet.Length), oracle, LowerHalfOf(oracle),
            static cells => string.Concat(cells.Select(static cell => TfBind8.Alphabet[(int)cell - 1])))
        {
            Published = "Jain et al. 2022, from memory and not verified: performance 0.84 ± 0.05, diversity 4.53 ± 0.46, novelty 2.12 ± 0.04.",
        };
    }

    /// <summary>Places of the strings that TFBind8 starts with.</summary>
    public static int[] LowerHalfOf(double[] oracle) => [.. Enumerable.Range(0, oracle.Length).Where(place => oracle[place] <= LowerHalf)];
}
