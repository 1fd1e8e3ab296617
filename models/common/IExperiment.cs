namespace Adjoint.Models;

/// <summary>A measured number with its name.</summary>
public readonly record struct Metric(string Name, double Value);

/// <summary>A tensor with its name in a file.</summary>
public readonly record struct NamedTensor(string Name, Tensor Value);

/// <summary>
/// One training run in progress. The command owns the loop, the folder and the checkpoints; the experiment owns the numbers. The same configuration
/// gives the same bits whether or not the run was interrupted and loaded in between, so everything that a later step depends on, random streams and running averages included, is saved.
/// An experiment that also draws samples or predicts implements <see cref="ISampler"/> or <see cref="IPredictor"/>.
/// </summary>
public interface IExperiment : IDisposable
{
    /// <summary>Training steps done so far; <see cref="RunConfig.Steps"/> when training is over.</summary>
    long CompletedSteps { get; }

    /// <summary>What a reader wants to know of the run besides its options: number of parameters, sizes of the data's parts. Shown in the report.</summary>
    IReadOnlyList<(string Name, string Value)> Facts => [];

    /// <summary>The plans that the last <see cref="TrainStep"/> replayed, in order, which <c>--profile</c> measures; one that was replayed twice stands there twice. None for experiments without plans.</summary>
    IReadOnlyList<Plan> TrainingPlans => [];

    /// <summary>Floating-point operations that training has needed so far, without what fills up batches or is computed twice; 0 where nobody counts.</summary>
    double UsefulFlops => 0;

    /// <summary>Advances by one step, or by a fixed small number of them, never beyond <see cref="RunConfig.Steps"/>. Called again within a second or so, so that an interrupt is noticed.</summary>
    void TrainStep();

    /// <summary>
    /// Present values, the loss first, always the same names. Reading changes nothing: the command may ask at any step, any number of times. A loss that is not finite ends the run.
    /// </summary>
    IReadOnlyList<Metric> Metrics();

    /// <summary>Writes the whole state.</summary>
    void Save(CheckpointWriter checkpoint);

    /// <summary>Restores what <see cref="Save"/> wrote, the number of completed steps included.</summary>
    /// <exception cref="DataException">The checkpoint lacks something, or holds other shapes.</exception>
    void Load(CheckpointReader checkpoint);

    /// <summary>Final metrics of the present state. Changes nothing that training depends on, and gives the same numbers each time.</summary>
    IReadOnlyList<Metric> Evaluate(IProgressReporter progress);

    /// <summary>Adds charts, tables and pictures to the report. The curves of <see cref="Metrics"/> and the results of <see cref="Evaluate"/> are there already.</summary>
    void Report(ReportBuilder report);
}

/// <summary>An experiment that can draw samples: <c>adjoint sample RUN</c>.</summary>
public interface ISampler
{
    /// <summary>Draws samples, adds pictures or charts of them to the report, and returns them for <c>samples.safetensors</c>.</summary>
    IReadOnlyList<NamedTensor> Sample(SampleRequest request, ReportBuilder report);
}

/// <summary>An experiment that can predict: <c>adjoint predict RUN --input FILE</c>.</summary>
public interface IPredictor
{
    /// <summary>One row of results for each item of an input file.</summary>
    /// <exception cref="DataException">The file is missing, or not of the format that the model's README names.</exception>
    Table Predict(string inputFile);
}

/// <summary>What <c>adjoint sample</c> was asked for.</summary>
/// <param name="Count">Number of samples, at least 1.</param>
/// <param name="Seed">Seed of the draw; the same seed gives the same samples.</param>
public sealed record SampleRequest(int Count, long Seed);

/// <summary>Where an evaluation says how far it is.</summary>
public interface IProgressReporter
{
    /// <summary>Says what is being done and which part of it, 0 to 1, is over. Throws <see cref="OperationCanceledException"/> once the user has asked to stop: let it pass.</summary>
    void Report(string stage, double fraction);
}

/// <summary>Rows of text under named columns.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells, one for each column.</param>
public sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
