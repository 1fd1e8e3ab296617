using Adjoint.Models.GaussianProcesses;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// An exact Gaussian process with a Matérn kernel of smoothness 1/2 and an output scale over the features of objects (gflownet specification, section 5.5 (i)). Length scale and output scale are fitted by
/// the marginal likelihood; the oracle's noise is taken as next to none.
/// </summary>
/// <param name="library">The objects.</param>
/// <param name="key">Key of the starts of the fit.</param>
public sealed class GaussianSurrogate(ObjectLibrary library, Key key) : ISurrogate
{
    const double Noise = 1e-4;
    const int Starts = 2, Iterations = 50;

    readonly Tensor error = Tensor.Zeros([1], DType.F64);
    LabelledObjects? data;
    GaussianPosterior? posterior;
    int round;

    /// <inheritdoc/>
    public double Error => error.Item();

    /// <inheritdoc/>
    public IEnumerable<NamedTensor> State => [new("error", error)];

    /// <inheritdoc/>
    public void Begin(LabelledObjects data, int round)
    {
        ArgumentNullException.ThrowIfNull(data);
        (this.data, this.round, posterior) = (data, round, null);
        double mean = data.Labels.Average();
        error.Write(data.Labels.Average(label => (label - mean) * (label - mean)));
    }

    /// <inheritdoc/>
    public void Fit(int part, int parts)
    {
        // One search is short enough; the last part does it, so that nothing needs to be kept between parts.
        if (part < parts || data is null) return;
        var process = new GaussianProcess(new ConstantKernel() * new Matern12Kernel([1]), Noise, isNoiseLearned: false);
        double[] labels = [.. data.Labels];
        posterior = process.Fit(Rows([.. data.Places]), Tensor.From(labels), key.Split(round), Starts, Iterations);
        double[] held = posterior.LeaveOneOut().Mean.Read<double>();
        error.Write(labels.Zip(held, static (label, mean) => (label - mean) * (label - mean)).Average());
    }

    /// <inheritdoc/>
    public SurrogatePrediction Predict(ReadOnlySpan<int> places)
    {
        if (posterior is null) throw new SettingException("GaussianSurrogate: nothing was fitted. Call Begin and all parts of Fit.");
        using var step = Step.Begin();
        (Tensor mean, Tensor variance) = posterior.Predict(Rows(places));
        return new(mean.Read<double>(), variance.Sqrt().Read<double>());
    }

    Tensor Rows(ReadOnlySpan<int> places)
    {
        using var pause = Autodiff.Pause();
        return library.Features.Select(0, Tensor.From<long>(Array.ConvertAll(places.ToArray(), static place => (long)place))).To(DType.F64);
    }
}
