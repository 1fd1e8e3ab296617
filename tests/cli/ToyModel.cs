using Adjoint.Models;

namespace Adjoint.Tests;

/// <summary>Least squares by stochastic gradient descent: a real model, small enough to train in milliseconds.</summary>
sealed class ToyModel(Action<long>? afterStep = null, Action? duringSave = null) : IModel
{
    public static DataNeed Secret { get; } = new("Secret numbers", "https://example.org/secret", "CC0", new DataFile("secret/numbers.txt", new string('0', 64)));

    public string Name => "toy-squares";

    public string Summary => "Least squares <b>on</b> random points & nothing else";

    public IReadOnlyList<Preset> Presets =>
    [
        new("small", "seconds", 60),
        new("wide", "the same in more dimensions", 30, ("width", "9"), ("rate", "0.05")),
        new("needs-data", "reads a file", 10) { Data = [Secret] },
        new("own-file", "reads a file of the user's", 10) { TakesFile = true },
        new("embedded", "reads nothing", 10) { Data = [new DataNeed("Digits", "https://example.org/digits", "BSD-3-Clause")] },
    ];

    public IReadOnlyList<Option> Options =>
    [
        Option.Number("rate", 0.1, "learning rate", 0, 1000),
        Option.Whole("width", 3, "number of inputs", 1, 64),
        Option.Whole("chunk", 1, "steps a call", 1, 10),
        Option.Choice("noise", "none", "noise on the targets", "none", "gaussian", "heavy"),
        Option.Text("title", "", "what the run is called"),
        Option.Flag("plan", false, "whether steps are replayed from a plan"),
        Option.Flag("can-sample", true, "whether samples can be drawn"),
    ];

    public IExperiment Create(RunConfig config) => config.Flag("can-sample") ? new ToySampler(config, afterStep, duringSave) : new ToyExperiment(config, afterStep, duringSave);
}

class ToyExperiment : IExperiment
{
    const int Batch = 8;

    readonly RunConfig config;
    readonly Action<long>? afterStep;
    readonly Action? duringSave;
    readonly Generator generator;
    readonly Tensor weights;
    Plan? plan;
    double loss = 1;
    double average;

    public ToyExperiment(RunConfig config, Action<long>? afterStep, Action? duringSave)
    {
        this.config = config;
        this.afterStep = afterStep;
        this.duringSave = duringSave;
        generator = new Generator(Key.FromSeed(config.Seed).Split("batches"));
        weights = new Generator(Key.FromSeed(config.Seed).Split("weights")).Normal([config.Whole("width"), 1]);
    }

    protected Tensor Weights => weights;

    public long CompletedSteps { get; private set; }

    public IReadOnlyList<Plan> TrainingPlans => plan is null ? [] : [plan];

    public void TrainStep()
    {
        for (int i = 0; i < config.Whole("chunk") && CompletedSteps < config.Steps; i++)
        {
            if (config.Flag("plan"))
            {
                if (plan is null) plan = Plan.Record(Descend);
                else plan.Run();
                loss = plan.Output.Item();
            }
            else
            {
                using var step = Step.Begin();
                loss = Descend().Item();
            }

            average = (0.9 * average) + (0.1 * loss);
            CompletedSteps++;
        }

        afterStep?.Invoke(CompletedSteps);
    }

    Tensor Descend()
    {
        Tensor points = generator.Normal([Batch, config.Whole("width")]);
        Tensor targets = points.Sum(1).Reshape([Batch, 1]);
        if (config.Text("noise") == "gaussian") targets += generator.Normal([Batch, 1]) * 0.1;
        Tensor variable = weights.Detach().Variable();
        Tensor error = (points.MatMul(variable) - targets).Square().Mean();
        Tensor gradient = Autodiff.Gradient(error, variable);
        (weights - (gradient * config.Number("rate"))).Detach().CopyInto(weights);
        return error.Detach();
    }

    public IReadOnlyList<Metric> Metrics() => [new("loss", loss), new("average loss", average)];

    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("weights", weights);
        checkpoint.Add("generator", generator.State);
        checkpoint.Add("loss", loss);
        checkpoint.Add("average", average);
        checkpoint.Add("steps", CompletedSteps);
        duringSave?.Invoke();
    }

    public void Load(CheckpointReader checkpoint)
    {
        checkpoint.Read("weights", weights);
        checkpoint.Read("generator", generator.State);
        loss = checkpoint.Number("loss");
        average = checkpoint.Number("average");
        CompletedSteps = checkpoint.Whole("steps");
    }

    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress)
    {
        progress.Report("evaluating", 0.5);
        return [new("distance", (weights - 1).Square().Sum().Item()), new("undefined", double.NaN)];
    }

    public void Report(ReportBuilder report)
    {
        report.Heading("Weights <script>alert(1)</script>");
        report.Chart(new Chart("Weights & more", "index", "value").Points("weights", [.. Enumerable.Range(0, weights.Count).Select(i => (double)i)],
            [.. weights.Read<float>().Select(value => (double)value)]));
        report.Picture("weights", "Weights as \"colours\"", Picture.HeatMap(weights));
    }

    public void Dispose() => GC.SuppressFinalize(this);
}

sealed class ToySampler(RunConfig config, Action<long>? afterStep, Action? duringSave) : ToyExperiment(config, afterStep, duringSave), ISampler, IPredictor
{
    public IReadOnlyList<NamedTensor> Sample(SampleRequest request, ReportBuilder report)
    {
        Tensor points = new Generator(Key.FromSeed(request.Seed)).Normal([request.Count, Weights.Shape[0]]);
        report.Heading("Samples");
        report.Picture("samples", "Samples", Picture.Grid(points.Reshape([request.Count, 1, Weights.Shape[0]]), low: -2, high: 2));
        return [new("points", points), new("values", points.MatMul(Weights))];
    }

    public Table Predict(string inputFile) =>
        new(["line", "length"], [.. File.ReadAllLines(inputFile).Select(line => (string[])[line, line.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)])]);
}
