namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// Exact regression with a Gaussian process prior (Rasmussen, Williams 2006): targets are f(x) + noise, f has mean 0 and the kernel's covariance, after the targets were moved to mean 0 and deviation
/// 1. Hyper-parameters are learned by the marginal likelihood, times their priors, by L-BFGS from several starts. Everything is f64; n data cost n³/3 a step.
/// </summary>
/// <example><code>
/// var process = new GaussianProcess(1.0 * new Matern52Kernel([0.5, 0.5]), noise: 0.01);
/// GaussianPosterior posterior = process.Fit(inputs, targets, Key.FromSeed(0));
/// var (mean, variance) = posterior.Predict(candidates);
/// </code></example>
public sealed class GaussianProcess : Module
{
    // In standardised units: less cannot be told from rounding for a few hundred data.
    const double MinimumNoise = 1e-6;

    readonly bool isStandardized;

    /// <summary>Makes a process.</summary>
    /// <param name="kernel">Covariance of the function; it may belong to no other process.</param>
    /// <param name="noise">Variance of the noise at first, in units of the variance of the targets if those are standardised.</param>
    /// <param name="noisePrior">What is believed of it.</param>
    /// <param name="isNoiseLearned">Whether fitting moves it.</param>
    /// <param name="isStandardized">Whether targets are moved to mean 0 and deviation 1 before use, and predictions back.</param>
    /// <exception cref="SettingException">The noise is negative or too small to be learned.</exception>
    public GaussianProcess(Kernel kernel, double noise = 0.01, Prior? noisePrior = null, bool isNoiseLearned = true, bool isStandardized = true)
    {
        Kernel = Child("kernel", kernel);
        this.isStandardized = isStandardized;
        Check.InRange(noise, isNoiseLearned ? MinimumNoise : 0, 1e6, "GaussianProcess: the variance of the noise");
        Parameter? logarithm = isNoiseLearned ? Add("noise", [1], (_, dtype, _) => Tensor.Full([1], Math.Log(noise), dtype)) : null;
        Noise = new HyperParameter("noise", [noise], noisePrior, logarithm, MinimumNoise);
        Learned = ParameterCount == 0 ? null : new ParameterSet(this, Key.FromSeed(0), DType.F64);
    }

    /// <summary>Covariance of the function.</summary>
    public Kernel Kernel { get; }

    /// <summary>Variance of the noise.</summary>
    public HyperParameter Noise { get; }

    /// <summary>Logarithms of what is learned, for checkpoints and other optimisers; null if nothing is.</summary>
    public ParameterSet? Learned { get; }

    /// <summary>All hyper-parameters.</summary>
    public IEnumerable<HyperParameter> HyperParameters => Kernel.HyperParameters.Append(Noise);

    /// <summary>
    /// A process with the settings of a widely used Bayesian-optimisation library's default (BoTorch 0.12): RBF with one length scale a feature and log-normal priors, that of the length scales centred at √2 + log(d)/2
    /// with deviation √3 and that of the noise at -4 with deviation 1, both on log scale, starting from the modes (Hvarfner, Hellsten, Nardi 2024). Meant for inputs in the unit cube: rows many length scales apart leave nothing to learn from.
    /// </summary>
    public static GaussianProcess WithDimensionScaledPrior(int features)
    {
        Check.AtLeast(features, 1, "The number of features");
        var lengths = new LogNormalPrior(Math.Sqrt(2) + (0.5 * Math.Log(features)), Math.Sqrt(3));
        var noise = new LogNormalPrior(-4, 1);
        var initial = new double[features];
        Array.Fill(initial, lengths.Mode);
        return new GaussianProcess(new RbfKernel(initial, lengths), noise.Mode, noise);
    }

    /// <summary>The posterior given data, with the hyper-parameters as they are.</summary>
    /// <param name="inputs">Rows [n, features].</param>
    /// <param name="targets">Values [n].</param>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    /// <exception cref="SettingException">A target is not finite.</exception>
    /// <exception cref="NumericalException">The covariance is not positive definite, whatever is added.</exception>
    public GaussianPosterior Condition(Tensor inputs, Tensor targets)
    {
        using var pause = Autodiff.Pause();
        return new GaussianPosterior(Kernel, Noise.Numbers[0], GaussianData.Of(inputs, targets, isStandardized));
    }

    /// <summary>
    /// log p(targets | inputs) of the targets as used, standardised ones included: -½ yᵀ K⁻¹ y - ½ log det K - n/2 log 2π, K the covariance with the noise (Rasmussen, Williams 2006, equation 5.8). Tracked: its gradient by
    /// <see cref="Learned"/>'s values follows from the rules of the ops.
    /// </summary>
    /// <inheritdoc cref="Condition"/>
    public Tensor LogMarginalLikelihood(Tensor inputs, Tensor targets) => LogMarginalLikelihood(GaussianData.Of(inputs, targets, isStandardized));

    /// <summary>Learns the hyper-parameters, and gives the posterior with the best ones found.</summary>
    /// <param name="inputs">Rows [n, features].</param>
    /// <param name="targets">Values [n].</param>
    /// <param name="key">Key of the starts after the first, which is from the values given at construction.</param>
    /// <param name="starts">Number of starts.</param>
    /// <param name="iterations">Directions of L-BFGS from each.</param>
    /// <param name="deviation">Deviation of the logarithms of later starts from the first.</param>
    /// <inheritdoc cref="Condition"/>
    public GaussianPosterior Fit(Tensor inputs, Tensor targets, Key key, int starts = 3, int iterations = 100, double deviation = 1)
    {
        Check.AtLeast(starts, 1, "The number of starts");
        Check.AtLeast(iterations, 1, "The number of iterations");
        Check.InRange(deviation, 0, 10, "The deviation of starts");
        GaussianData data = GaussianData.Of(inputs, targets, isStandardized);
        if (Learned is not null)
        {
            double best = double.PositiveInfinity;
            Tensor? found = null;
            for (int start = 0; start < starts; start++)
            {
                foreach (HyperParameter parameter in HyperParameters) parameter.Restart(start == 0 ? 0 : deviation, key.Split(start));
                double reached = new QuasiNewton(Learned, () => Loss(data), iterations).Run();
                if (double.IsNaN(reached) || reached >= best) continue;
                best = reached;
                found = Learned.Flat.Detach().Clone();
            }

            if (found is null) throw new NumericalException("GaussianProcess.Fit: the marginal likelihood is not a number from any start. Check the inputs for values that are not finite.");
            found.CopyInto(Learned.Flat);
        }

        using var pause = Autodiff.Pause();
        return new GaussianPosterior(Kernel, Noise.Numbers[0], data);
    }

    Tensor LogMarginalLikelihood(GaussianData data)
    {
        int n = data.Count;
        Tensor covariance = Kernel.Gram(data.Inputs) + (Tensor.Eye(n, DType.F64) * Noise.Value);
        Tensor factor = JitteredCholesky.Of(covariance).Factor;
        Tensor white = factor.SolveTriangular(data.Targets.Reshape(n, 1));
        return (white.Square().Sum() * -0.5) - factor.Diagonal().Log().Sum() - (0.5 * n * Math.Log(2 * Math.PI));
    }

    // The negative log posterior of the hyper-parameters for one datum. Where the covariance has no factor, a value that no search accepts.
    Tensor Loss(GaussianData data)
    {
        try
        {
            Tensor sum = LogMarginalLikelihood(data);
            foreach (HyperParameter parameter in HyperParameters)
            {
                if (parameter.LogPrior() is { } prior) sum += prior;
            }

            return sum / -data.Count;
        }
        catch (NumericalException)
        {
            return (Learned!.Values[0].Sum() * 0) + 1e10;
        }
    }
}
