namespace Adjoint.Models.GFlowNets;

/// <summary>
/// GFlowNets: a policy that builds objects step by step and ends in each with probability in proportion to its reward. Malkin et al. 2022, Bengio et al. 2021 and 2023, Madan et al. 2023; f-trajectory
/// balance, Fawkes and Hartford 2026.
/// </summary>
public sealed class GFlowNetModel : IModel
{
    public string Name => "gflownet";

    public string Summary => "samples objects in proportion to a reward, built step by step (Malkin et al. 2022; Fawkes, Hartford 2026)";

    public IReadOnlyList<Preset> Presets { get; } =
    [
        new("hypergrid-2x8", "grid of 8 x 8 points, R0 = 0.1; exact distance to the target; seconds", 2000, ("dimensions", "2"), ("side", "8")),
        new("hypergrid-4x8", "grid of 8^4 points, R0 = 0.1; seconds", 2000, ("dimensions", "4"), ("side", "8"), ("learning-rate", "5e-3")),
        new("hypergrid-4x20", "grid of 20^4 points, R0 = 0.001: a million trajectories; minutes", 62_500,
            ("dimensions", "4"), ("side", "20"), ("reward", "deep"), ("exploration", "0.1"), ("exploration-steps", "30000")),
        new("tfbind8", "DNA of 8 letters that binds a transcription factor, measured values; minutes", 100_000,
            ("task", "tfbind8"), ("window", "4"), ("learning-rate", "1e-3"), ("log-z-rate", "0.05"), ("exploration", "1"), ("exploration-steps", "50000")) { Data = [GFlowNetTasks.TfBind8Data] },
        new("qm9-small", "molecules of 5 building blocks, proxy of the HOMO-LUMO gap; minutes", 100_000,
            ("task", "qm9-small"), ("learning-rate", "5e-4"), ("log-z-rate", "0.05"), ("exploration", "1"), ("exploration-steps", "50000")) { Data = [GFlowNetTasks.Qm9SmallData] },
        new("bitseq-120", "strings of 120 bits near one of 60 modes, a transformer that fills positions in any order; an hour", 50_000,
            ("task", "bitseq"), ("log-z-rate", "0.05"), ("weight-decay", "1e-5"), ("exploration", "0.001"), ("exploration-end", "0.001"), ("backward", "uniform")),
        new("ising", "spins on a torus of 4 x 4; log Z and energies against all 65,536 states; a minute", 20_000, ("task", "ising"), ("side", "4"), ("backward", "uniform")),
        new("dag-5", "causal graphs of 5 variables by their posterior, all 29,281 of them; minutes", 20_000,
            ("task", "dag"), ("objective", "mdb"), ("batch", "128"), ("learning-rate", "3e-3"), ("exploration", "1"), ("exploration-end", "0.1"), ("exploration-steps", "10000"), ("backward", "uniform")),
    ];

    public IReadOnlyList<Option> Options { get; } =
    [
        Option.Choice("task", "hypergrid", "what is sampled", [.. GFlowNetTasks.Names]),
        Option.Choice("objective", "tb", "trajectory, log-variance, detailed, sub-trajectory balance, flow matching, modified or forward-looking detailed balance, f-trajectory balance", Objectives.Names),
        Option.Choice("f", "alpha", "divergence of objective=ftb", [.. DivergenceTable.Names]),
        Option.Number("alpha", 1, "alpha of f=alpha: 0 covers all modes, 1 is trajectory balance, 2 seeks one mode", -3, 4),
        Option.Number("alpha-end", 1, "alpha after alpha-steps, in a straight line from alpha", -3, 4),
        Option.Whole("alpha-steps", 1, "iterations over which alpha changes", 1, 1_000_000_000),
        Option.Choice("log-z", "learned", "of objective=ftb: a learned log Z, or the best constant of each batch", "learned", "batch"),
        Option.Number("temper", 1, "of objective=ftb: loss L(temper * residual)/temper, for very sharp rewards", 1e-6, 1),
        Option.Number("lambda", 0.9, "of objective=subtb: weight of a sub-trajectory is lambda^length", 1e-6, 100),
        Option.Whole("batch", 16, "trajectories of an iteration", 1, 65536),
        Option.Number("learning-rate", 1e-3, "learning rate of Adam", 1e-8, 1),
        Option.Number("final-rate", 0.01, "share of all learning rates that is left at the last step; they fall along a cosine, 1 keeps them", 0, 1),
        Option.Number("log-z-rate", 0.1, "learning rate of log Z", 1e-8, 10),
        Option.Number("log-z-start", 0, "first value of log Z", -1e6, 1e6),
        Option.Number("weight-decay", 0, "decoupled weight decay of the network", 0, 1),
        Option.Number("clip", 0, "largest global norm of a gradient; 0 for none", 0, 1e6),
        Option.Whole("width", 256, "width of the hidden layers", 1, 8192),
        Option.Whole("depth", 2, "hidden layers", 1, 16),
        Option.Whole("window", 1, "words of so many neighbouring cells, wherever they stand, are inputs of the network as well, for strings whose short words count", 1, 8),
        Option.Choice("backward", "learned", "P_B: learned with the policy, or uniform over the parents", "learned", "uniform"),
        Option.Number("exploration", 0, "probability that a step is uniform, at the start", 0, 1),
        Option.Number("exploration-end", 0, "the same after exploration-steps", 0, 1),
        Option.Whole("exploration-steps", 1, "iterations over which exploration changes, in a straight line", 1, 1_000_000_000),
        Option.Number("temperature", 1, "temperature of draws in training", 0.01, 100),
        Option.Whole("replay", 0, "further trajectories of an iteration that lead back from objects of a replay buffer", 0, 65536),
        Option.Whole("replay-capacity", 10_000, "objects that the buffer holds", 1, 100_000_000),
        Option.Whole("dimensions", 2, "hypergrid: coordinates", 1, 12),
        Option.Whole("side", 8, "hypergrid: points of a coordinate; ising: spins of a row", 2, 256),
        Option.Choice("reward", "shallow", "hypergrid: R0 is 0.1 (shallow), 0.01 (middle), 0.001 (deep), or 0.0001 with higher modes (hard)", [.. HypergridRewardSet.All.Select(static one => one.Name)]),
        Option.Whole("bits", 120, "bitseq: length of a string", 1, 1024),
        Option.Whole("word", 8, "bitseq: bits that an action writes; divides bits", 1, 10),
        Option.Choice("order", "any", "bitseq: positions are filled in any order, or from left to right", "any", "left-to-right"),
        Option.Choice("variant", "gfnx", "bitseq: log R by the distance d to the nearest mode is -3 d/bits (gfnx), -2 d (gflownet-rl), -d (torchgfn), 3 (1 - d/bits) (tb-paper)", [.. BitSequenceScale.Variants]),
        Option.Number("coupling", 0.2, "ising: log R = 2 * coupling * sum over bonds of the product of their spins", -5, 5),
        Option.Whole("variables", 5, "dag: variables", 2, 6),
        Option.Whole("samples", 100, "dag: rows of simulated data", 1, 100_000),
    ];

    public IExperiment Create(RunConfig config) => GFlowNetTasks.Create(config);
}
