namespace Adjoint.Models.FlowMatching;

/// <summary>
/// Class-conditional flow matching: linear path from noise to data, independent coupling, labels with guidance, power-function average of the weights. The recipe of
/// "Elucidating the Design Space of Flow Matching for Cellular Microscopy" (Jones, Noutahi, Hartford, Eastwood 2026), on images small enough for a processor.
/// </summary>
public sealed class FlowMatchingModel : IModel
{
    public string Name => "flow-matching";

    public string Summary => "draws images of a class by transporting noise along a learned velocity field (Jones et al. 2026)";

    public IReadOnlyList<Preset> Presets { get; } =
    [
        new("digits", "1,797 handwritten digits of 8 x 8 pixels, embedded; about a minute", 2500)
        {
            Data = [new DataNeed("UCI handwritten digits", "Debian package python3-sklearn (scikit-learn's digits.csv.gz)", "BSD-3-Clause")],
        },
    ];

    public IReadOnlyList<Option> Options { get; } =
    [
        Option.Whole("width", 192, "width of the network's residual stream", 8, 4096),
        Option.Whole("blocks", 4, "residual blocks", 1, 64),
        Option.Whole("batch", 128, "images of a training step", 1, 65536),
        Option.Number("learning-rate", 1e-3, "learning rate of Adam after its warm-up", 1e-8, 1),
        Option.Number("clip", 0.5, "largest global norm of a gradient", 1e-6, 1e6),
        Option.Number("label-drop", 0.15, "probability that a training label is replaced by 'none', which guidance needs", 0, 1),
        Option.Number("average", 0.05, "relative standard deviation of the power-function average of the weights", 0.005, 0.28),
        Option.Number("guidance", 1.5, "weight w of v(none) + w (v(label) - v(none)); 1 needs one evaluation instead of two", 0, 20),
        Option.Choice("solver", "dopri5", "integrates the flow when sampling", [.. OdeSolver.Names]),
        Option.Whole("solver-steps", 25, "steps of the fixed-step solvers", 1, 10000),
        Option.Number("tolerance", 1e-5, "relative and absolute tolerance of dopri5", 1e-10, 0.1),
    ];

    public IExperiment Create(RunConfig config) => new FlowMatchingExperiment(config);
}
