using Adjoint.Models.GaussianProcesses;

namespace Adjoint.Models.GFlowNets;

/// <summary>What it is worth to label each object next.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="Weight">Of <c>ucb</c>: κ in mean + κ · deviation, 0 or more.</param>
/// <param name="Quantile">Of the others: improvement counts from this quantile of the predicted means of the data on; 1 is the best of them.</param>
public sealed record AcquisitionFunction(string Name, double Weight = 1, double Quantile = 1)
{
    /// <summary>Upper confidence bound, expected improvement, probability of improvement.</summary>
    public static string[] Names { get; } = ["ucb", "ei", "pi"];

    /// <summary>The acquisition α of objects.</summary>
    /// <param name="objects">What a surrogate says of them.</param>
    /// <param name="data">What it says of the data.</param>
    public double[] Of(SurrogatePrediction objects, SurrogatePrediction data)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(data);
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        Tensor mean = Tensor.From(objects.Mean), variance = Tensor.From(objects.Deviation).Square();
        if (Name == "ucb") return Acquisition.UpperConfidenceBound(mean, variance, Weight).Read<double>();
        double best = Tensor.From(data.Mean).Quantile(Quantile).Item();
        Tensor values = Name == "ei" ? Acquisition.ExpectedImprovement(mean, variance, best) : Acquisition.ProbabilityOfImprovement(mean, variance, best);
        return values.Read<double>();
    }
}
