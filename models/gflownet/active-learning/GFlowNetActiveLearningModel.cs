namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Active learning with GFlowNets: batches of objects to label next are drawn by a policy that follows the acquisition of a surrogate. Bengio et al. 2021, section 4.3 and Jain et al. 2022; the loop of the perspective
/// of Jain, Deleu, Hartford et al. 2023.
/// </summary>
public sealed class GFlowNetActiveLearningModel : IModel
{
    public string Name => "gflownet-al";

    public string Summary => "finds objects of high value in few labels: surrogate, acquisition, GFlowNet, batch (Jain et al. 2022, 2023)";

    public IReadOnlyList<Preset> Presets { get; } =
    [
        new("hypergrid", "grid of 8^4 points, 10 rounds of 8 labels after 10 at random, Gaussian process; a minute", 500, ("kappa", "0.2"), ("power", "4"), ("pool", "512")),
        new("tfbind8", "DNA of 8 letters from its weaker half, one round of 128 labels; a minute. Each further round is 50 steps", 50,
            ("task", "tfbind8"), ("surrogate", "dropout"), ("kappa", "0.1"), ("objective", "tb"), ("learning-rate", "5e-4"), ("log-z-rate", "5e-3"), ("replay", "16"), ("width", "128"),
            ("clip", "10"), ("exploration", "1e-3"), ("temperature", "2"), ("iterations", "10000"), ("power", "2"), ("ramp", "3"), ("batch", "128"), ("pool", "12800"), ("top", "128"))
        {
            Data = [GFlowNetTasks.TfBind8Data],
        },
    ];

    public IReadOnlyList<Option> Options { get; } =
    [
        Option.Choice("task", "hypergrid", "what is searched", [.. ActiveLearningTasks.Names]),
        Option.Whole("dimensions", 4, "hypergrid: coordinates", 1, 8),
        Option.Whole("side", 8, "hypergrid: points of a coordinate", 2, 64),
        Option.Choice("reward", "shallow", "hypergrid: R0 is 0.1 (shallow), 0.01 (middle), 0.001 (deep), or 0.0001 with higher modes (hard)", [.. HypergridRewardSet.All.Select(static one => one.Name)]),
        Option.Whole("initial", 10, "hypergrid: points labelled at the start", 2, 1000),
        Option.Whole("batch", 8, "objects labelled in a round, which is 50 steps", 1, 10_000),
        Option.Whole("top", 5, "the mean of so many largest labels is the score", 1, 10_000),
        Option.Choice("surrogate", "gp", "exact Gaussian process, network with dropout, or ensemble of networks", "gp", "dropout", "ensemble"),
        Option.Whole("surrogate-width", 64, "dropout, ensemble: width of the two hidden layers", 1, 4096),
        Option.Number("surrogate-rate", 1e-4, "dropout, ensemble: learning rate of Adam", 1e-8, 1),
        Option.Number("surrogate-decay", 1e-4, "dropout, ensemble: weight decay", 0, 1),
        Option.Whole("surrogate-batch", 256, "dropout, ensemble: objects of a step", 1, 65536),
        Option.Whole("surrogate-steps", 3000, "dropout, ensemble: the most steps of a fit", 1, 1_000_000),
        Option.Whole("surrogate-interval", 100, "dropout, ensemble: steps between looks at held-out objects", 1, 1_000_000),
        Option.Whole("surrogate-patience", 5, "dropout, ensemble: looks without a smaller error that end the fit", 1, 1_000_000),
        Option.Number("dropout", 0.1, "dropout: probability that a hidden number is left out", 0, 0.9),
        Option.Whole("answers", 25, "dropout: thinned networks whose spread is the deviation", 2, 1000),
        Option.Whole("members", 5, "ensemble: networks", 2, 100),
        Option.Choice("acquisition", "ucb", "upper confidence bound, expected or probability of improvement", [.. AcquisitionFunction.Names]),
        Option.Number("kappa", 1, "ucb: weight of the deviation", 0, 1000),
        Option.Number("quantile", 1, "ei, pi: quantile of the predictions of the data from which on improvement counts", 0, 1),
        Option.Number("power", 1, "the reward is acquisition^power", 1e-3, 1000),
        Option.Number("ramp", 0, "the power at iteration t is 1 + (power - 1)(1 - 1/(1 + t/ramp)); 0 for the power from the start", 0, 1e9),
        Option.Number("floor", 1e-3, "least acquisition in the reward, as a part of the largest", 1e-9, 1),
        Option.Choice("objective", "fm", "trajectory, log-variance, detailed, sub-trajectory balance, flow matching, modified detailed balance", "tb", "vargrad", "db", "subtb", "fm", "mdb"),
        Option.Number("lambda", 0.9, "of objective=subtb: weight of a sub-trajectory is lambda^length", 1e-6, 100),
        Option.Whole("iterations", 300, "iterations of the policy in a round", 1, 1_000_000),
        Option.Whole("trajectories", 16, "trajectories of an iteration", 1, 65536),
        Option.Whole("replay", 0, "further trajectories of an iteration that lead back from labelled objects", 0, 65536),
        Option.Flag("keeps-policy", false, "whether the policy goes on from the round before"),
        Option.Number("learning-rate", 1e-3, "learning rate of the policy", 1e-8, 1),
        Option.Number("log-z-rate", 0.1, "learning rate of log Z", 1e-8, 10),
        Option.Number("clip", 0, "largest global norm of the policy's gradient; 0 for none", 0, 1e6),
        Option.Whole("width", 256, "width of the policy's hidden layers", 1, 8192),
        Option.Whole("depth", 2, "the policy's hidden layers", 1, 16),
        Option.Number("exploration", 0, "probability that a step of training is uniform", 0, 1),
        Option.Number("temperature", 1, "temperature of draws in training", 0.01, 100),
        Option.Whole("pool", 128, "objects drawn for the batch to be chosen from", 1, 10_000_000),
        Option.Choice("choice", "best", "the batch is the best of the pool by acquisition, or the first of the pool", "best", "drawn"),
        Option.Whole("spacing", 1, "least distance within a batch, in edits or steps on the grid", 0, 1000),
    ];

    public IExperiment Create(RunConfig config) => ActiveLearningTasks.Create(config);
}
