using System.Globalization;

namespace Adjoint.Models.FlowMatching;

/// <summary>Training, sampling and judging of a flow-matching run on the digits.</summary>
sealed class FlowMatchingExperiment : IExperiment, ISampler
{
    const int WarmUpSteps = 100;
    const double FinalRate = 0.05;
    const int JudgedImages = 1000;
    const int SplitParts = 5;
    const int LossDraws = 16;
    const int DrawnAtOnce = 1000;
    const int MostShown = 500;

    // Training images get U[0, one grey level) on top, so that their density is bounded; a level is 2/16 on the scale -1 … 1.
    const double GreyLevel = 2.0 / Digits.White;

    readonly RunConfig config;
    readonly Key key;
    readonly Digits digits = Digits.Load();
    readonly int[] training;
    readonly int[] heldOut;
    readonly VelocityNetwork network;
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly PowerAverage average;
    readonly Generator noise;
    readonly Tensor images;
    readonly Tensor labels;
    Plan? plan;
    double loss = double.NaN;
    Tensor? judged;

    public FlowMatchingExperiment(RunConfig config)
    {
        this.config = config;
        key = Key.FromSeed(config.Seed);
        int[] order = [.. new Generator(key.Split("split")).Permutation(digits.Count).Read<long>().Select(static row => (int)row)];
        training = order[(digits.Count / SplitParts)..];
        heldOut = order[..(digits.Count / SplitParts)];
        (images, labels) = digits.Take(training, -1, 1);
        network = new VelocityNetwork(Digits.Pixels, Digits.Classes, config.Whole("width"), config.Whole("blocks"));
        parameters = new ParameterSet(network, key.Split("weights"));
        optimizer = new Adam(parameters, config.Number("learning-rate"))
        {
            Clip = new GradientClip(parameters, config.Number("clip")),
            Schedule = Schedules.LinearWarmUp(WarmUpSteps).Times(Schedules.Cosine(config.Steps, FinalRate)),
        };
        average = new PowerAverage(parameters, config.Number("average"));
        noise = new Generator(key.Split("training"));
    }

    public long CompletedSteps { get; private set; }

    public IReadOnlyList<Plan> TrainingPlans => plan is null ? [] : [plan];

    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("parameters", parameters.Count.ToString("N0", CultureInfo.InvariantCulture)),
        ("images for training", training.Length.ToString(CultureInfo.InvariantCulture)),
        ("images held out", heldOut.Length.ToString(CultureInfo.InvariantCulture)),
        ("passes over the data", string.Create(CultureInfo.InvariantCulture, $"{(double)config.Steps * config.Whole("batch") / training.Length:F1}")),
    ];

    public void TrainStep()
    {
        optimizer.ApplySchedule(CompletedSteps);
        if (plan is null) plan = Plan.Record(Step);
        else plan.Run();
        loss = plan.Output.Item();
        CompletedSteps++;
    }

    // One step of section 3.1 and 3.4: draw a batch, noise it, regress the velocity, update, average.
    Tensor Step()
    {
        int batch = config.Whole("batch");
        Tensor rows = noise.Integers([batch], 0, training.Length);
        Tensor error = FlowMatchingLoss.Of(
            network.Forward, images.Select(0, rows), labels.Select(0, rows), network.NoLabel, noise, GreyLevel, config.Number("label-drop"));
        optimizer.Update(error);
        average.Update();
        return error;
    }

    public IReadOnlyList<Metric> Metrics() => [new("loss", loss), new("learning_rate", optimizer.LearningRate.Item())];

    public void Save(CheckpointWriter checkpoint)
    {
        checkpoint.Add("step", CompletedSteps);
        checkpoint.Add("loss", loss);
        checkpoint.Add("noise", noise.State);
        checkpoint.Add("parameters", State(parameters.State));
        checkpoint.Add("optimizer", State(optimizer.State));
        checkpoint.Add("average", State(average.State));
    }

    public void Load(CheckpointReader checkpoint)
    {
        CompletedSteps = checkpoint.Whole("step");
        loss = checkpoint.Number("loss");
        checkpoint.Read("noise", noise.State);
        checkpoint.Read("parameters", State(parameters.State));
        checkpoint.Read("optimizer", State(optimizer.State));
        checkpoint.Read("average", State(average.State));
    }

    static IEnumerable<NamedTensor> State(IEnumerable<(string Name, Tensor Value)> state) => state.Select(static one => new NamedTensor(one.Name, one.Value));

    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress)
    {
        progress.Report("training the judge", 0);
        var judge = DigitClassifier.Train(digits, training, key.Split("judge"));
        double skill = judge.Accuracy(digits, heldOut);
        double trainingLoss = MeanLoss(training[..heldOut.Length]), heldOutLoss = MeanLoss(heldOut);
        progress.Report("drawing digits", 0.2);
        var sampler = Sampler();
        Tensor drawn = Draw(sampler, JudgedImages, key.Split("evaluation"));
        judged = drawn;
        progress.Report("judging", 0.9);

        // Distances compare at equal counts only, so the drawn digits are cut to half of the real ones.
        int half = digits.Count / 2;
        int[] shuffled = [.. training.Concat(heldOut)];
        Tensor first = judge.Features(DigitClassifier.Scale(digits, shuffled[..half])), second = judge.Features(DigitClassifier.Scale(digits, shuffled[half..(2 * half)]));
        Tensor generated = DigitClassifier.Scale(drawn);
        return
        [
            new("nn_accuracy", judge.Agreement(generated, LabelsOf(JudgedImages))),
            new("classifier_accuracy", skill),
            new("frechet_distance", FrechetDistance.Between(judge.Features(generated.Slice(0, 0, half)), first)),
            new("frechet_distance_real_halves", FrechetDistance.Between(first, second)),
            new("training_loss", trainingLoss),
            new("held_out_loss", heldOutLoss),
            new("field_evaluations", sampler.Evaluations),
        ];
    }

    // Loss of the averaged weights over several draws of noise and time, the same draws for each set of images: a held-out loss above the training loss shows memorised images.
    double MeanLoss(int[] rows)
    {
        using var weights = average.Swap();
        using var pause = Autodiff.Pause();
        var (x1, label) = digits.Take(rows, -1, 1);
        var draws = new Generator(key.Split("loss"));
        double sum = 0;
        for (int i = 0; i < LossDraws; i++)
        {
            using var step = Adjoint.Step.Begin();
            sum += FlowMatchingLoss.Of(network.Forward, x1, label, network.NoLabel, draws, GreyLevel, 0).Item();
        }

        return sum / LossDraws;
    }

    public void Report(ReportBuilder report)
    {
        Tensor drawn = judged ?? Draw(Sampler(), 10 * Digits.Classes, key.Split("evaluation"));
        report.Heading("Digits drawn by the model");
        report.Paragraph($"Ten of each class, one class a column, with guidance {config.Text("guidance")} and the solver {config.Text("solver")}.");
        report.Picture("samples", "Drawn digits: each column shows one class, 0 to 9", Grid(drawn.Slice(0, 0, 10 * Digits.Classes)));
        report.Heading("Real digits");
        var rows = new int[10 * Digits.Classes];
        for (int i = 0; i < rows.Length; i++) rows[i] = training.Where(row => digits.Labels[row] == i % Digits.Classes).ElementAt(i / Digits.Classes);
        report.Picture("real", "Digits of the training data in the same order", Grid(digits.Take(rows, 0, Digits.White).Images));
    }

    public IReadOnlyList<NamedTensor> Sample(SampleRequest request, ReportBuilder report)
    {
        Tensor drawn = Draw(Sampler(), request.Count, Key.FromSeed(request.Seed).Split("samples"));
        int shown = Math.Min(request.Count, MostShown);
        string caption = shown < request.Count ? $"The first {shown} of {request.Count} drawn digits, classes 0 to 9 in turn" : "Drawn digits, classes 0 to 9 in turn";
        report.Picture("samples", caption, Grid(drawn.Slice(0, 0, shown)));
        return [new("images", drawn.Reshape(-1, Digits.Side, Digits.Side)), new("labels", LabelsOf(request.Count))];
    }

    public void Dispose()
    {
    }

    FlowSampler Sampler() => new(
        network, OdeSolver.Parse(config.Text("solver"), config.Whole("solver-steps"), config.Number("tolerance")), config.Number("guidance"));

    // Grey levels 0 … 16, f32 [count, 64], of digits drawn with the averaged weights; classes take turns.
    Tensor Draw(FlowSampler sampler, int count, Key draw)
    {
        using var weights = average.Swap();
        using var pause = Autodiff.Pause();
        Tensor start = new Generator(draw).Normal([count, Digits.Pixels]), classes = LabelsOf(count);
        var levels = new float[count * Digits.Pixels];
        for (int first = 0; first < count; first += DrawnAtOnce)
        {
            using var step = Adjoint.Step.Begin();
            int end = Math.Min(first + DrawnAtOnce, count);
            Tensor x = sampler.Draw(start.Slice(0, first, end), classes.Slice(0, first, end));

            // The dequantising noise was added above each level, so levels come back by rounding down.
            x.Affine(1 / GreyLevel, 1 / GreyLevel).Floor().Clamp(0, Digits.White).Read<float>().CopyTo(levels, first * Digits.Pixels);
        }

        return Tensor.From<float>(levels, [count, Digits.Pixels]);
    }

    static Tensor LabelsOf(int count)
    {
        var values = new long[count];
        for (int i = 0; i < count; i++) values[i] = i % Digits.Classes;
        return Tensor.From<long>(values, [count]);
    }

    static Picture Grid(Tensor levels) =>
        Picture.Grid(levels.Reshape(-1, Digits.Side, Digits.Side), columns: Digits.Classes, scale: 5, low: Digits.White, high: 0, gap: 12);
}
