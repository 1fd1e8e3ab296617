namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// A Gaussian process given data: the factor of the covariance of the data, and the weights K⁻¹ y, kept for any number of predictions (Rasmussen, Williams 2006, algorithm 2.1). Means and
/// variances are in the units of the targets. It holds until its process is fitted again.
/// </summary>
public sealed class GaussianPosterior
{
    const int BlockRows = 2048;

    readonly Kernel kernel;
    readonly GaussianData data;
    readonly Tensor factor;
    readonly Tensor weights;

    internal GaussianPosterior(Kernel kernel, double noise, GaussianData data)
    {
        (this.kernel, this.data, Noise) = (kernel, data, noise);
        Tensor covariance = kernel.Gram(data.Inputs) + (Tensor.Eye(data.Count, DType.F64) * noise);
        (Tensor lower, Jitter, Warning) = JitteredCholesky.Of(covariance);
        factor = lower.Keep();
        weights = factor.CholeskySolve(data.Targets.Reshape(data.Count, 1)).Keep();
    }

    GaussianPosterior(GaussianPosterior before, GaussianData data, Tensor factor)
    {
        (kernel, Noise, Jitter, Warning, this.data, this.factor) = (before.kernel, before.Noise, before.Jitter, before.Warning, data, factor);
        weights = factor.CholeskySolve(data.Targets.Reshape(data.Count, 1)).Keep();
    }

    /// <summary>Number of data.</summary>
    public int Count => data.Count;

    /// <summary>Rows of the data [n, features].</summary>
    public Tensor Inputs => data.Inputs;

    /// <summary>The largest target.</summary>
    public double Best => data.Shift + (data.Scale * data.Targets.Max().Item());

    /// <summary>Variance of the noise in standardised units.</summary>
    public double Noise { get; }

    /// <summary>Standard deviation of the noise in the units of the targets.</summary>
    public double NoiseDeviation => data.Scale * Math.Sqrt(Noise);

    /// <summary>What was added to the diagonal of the covariance so that it could be factorised, in standardised units.</summary>
    public double Jitter { get; }

    /// <summary>What the user should know of that; null if nothing was added.</summary>
    public string? Warning { get; }

    /// <summary>The covariance of the function, for acquisitions that follow it.</summary>
    internal Kernel Kernel => kernel;

    /// <summary>The lower Cholesky factor of the covariance of the data, noise included.</summary>
    internal Tensor Factor => factor;

    /// <summary>Deviation of the targets, by which standardised units are multiplied.</summary>
    internal double Scale => data.Scale;

    /// <summary>Mean [m] and variance [m] of the function at rows [m, features], in blocks, without derivatives.</summary>
    /// <param name="rows">Candidates.</param>
    /// <param name="withNoise">Whether the variance is that of a new observation rather than of the function.</param>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public (Tensor Mean, Tensor Variance) Predict(Tensor rows, bool withNoise = false)
    {
        using var pause = Autodiff.Pause();
        Tensor x = MetricChecks.Rows("GaussianPosterior", "the matrix of candidates", rows);
        double[] means = new double[x.Shape[0]], variances = new double[x.Shape[0]];
        for (int start = 0; start < means.Length; start += BlockRows)
        {
            using var step = Step.Begin();
            int end = Math.Min(start + BlockRows, means.Length);
            var (mean, variance) = Marginals(x.Slice(0, start, end));
            mean.Read(means.AsSpan(start, end - start));
            variance.Read(variances.AsSpan(start, end - start));
        }

        Tensor spread = Tensor.From<double>(variances);
        return (Tensor.From<double>(means), withNoise ? spread + (NoiseDeviation * NoiseDeviation) : spread);
    }

    /// <summary>Mean [m] and variance [m] of the function at tracked rows: derivatives by the rows follow. In one block.</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public (Tensor Mean, Tensor Variance) Marginals(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Tensor cross = kernel.Between(data.Inputs, rows);
        Tensor mean = cross.Transpose().MatMul(weights.Reshape(Count, 1)).Reshape(rows.Shape[0]);
        Tensor variance = kernel.Diagonal(rows) - factor.SolveTriangular(cross).Square().Sum(0);

        // Rounding may take what the data say off a variance that they have used up.
        return (mean.Affine(data.Scale, data.Shift), variance.Clamp(0, double.MaxValue) * (data.Scale * data.Scale));
    }

    /// <summary>Mean [m] and covariance [m, m] of the function at rows.</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public (Tensor Mean, Tensor Covariance) Joint(Tensor rows)
    {
        Tensor x = MetricChecks.Rows("GaussianPosterior", "the matrix of candidates", rows);
        Tensor cross = kernel.Between(data.Inputs, x), explained = factor.SolveTriangular(cross);
        Tensor mean = cross.Transpose().MatMul(weights).Reshape(x.Shape[0]);
        Tensor covariance = kernel.Gram(x) - explained.Transpose().MatMul(explained);
        return (mean.Affine(data.Scale, data.Shift), covariance * (data.Scale * data.Scale));
    }

    /// <summary>Functions [count, m] drawn from the posterior, at rows [m, features] together.</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    /// <exception cref="SettingException">The count is below 1.</exception>
    public Tensor Sample(Tensor rows, int count, Key key)
    {
        Check.AtLeast(count, 1, "The number of samples");
        using var pause = Autodiff.Pause();
        var (mean, covariance) = Joint(rows);
        Tensor lower = JitteredCholesky.Of(covariance).Factor, noise = new Generator(key).Normal([count, mean.Count], DType.F64);
        return mean + noise.MatMul(lower.Transpose());
    }

    /// <summary>
    /// For each datum the mean [n] and variance [n] of a new observation at its place given all others, in closed form: y - (K⁻¹y)_i/(K⁻¹)_ii and 1/(K⁻¹)_ii (Rasmussen, Williams 2006, equation 5.12), and Σ log density
    /// of the targets under them. Hyper-parameters and the standardisation stay those of all data.
    /// </summary>
    public (Tensor Mean, Tensor Variance, double LogDensity) LeaveOneOut()
    {
        using var pause = Autodiff.Pause();
        Tensor inverse = factor.SolveTriangular(Tensor.Eye(Count, DType.F64));
        Tensor variance = inverse.Square().Sum(0).Reciprocal(), residual = weights.Reshape(Count) * variance;
        double logDensity = (residual.Square() / variance + variance.Log()).Sum().Item() + (Count * (Math.Log(2 * Math.PI) + (2 * Math.Log(data.Scale))));
        return ((data.Targets - residual).Affine(data.Scale, data.Shift), variance * (data.Scale * data.Scale), -0.5 * logDensity);
    }

    /// <summary>log density of the targets in their own units, under the prior and the noise.</summary>
    public double LogMarginalLikelihood
    {
        get
        {
            double fit = (data.Targets * weights.Reshape(Count)).Sum().Item(), volume = factor.Diagonal().Log().Sum().Item();
            return (-0.5 * fit) - volume - (Count * ((0.5 * Math.Log(2 * Math.PI)) + Math.Log(data.Scale)));
        }
    }

    /// <summary>
    /// The posterior with more data, the hyper-parameters and the standardisation kept: the factor grows by rows instead of being computed anew, n² k for k more.
    /// </summary>
    /// <param name="inputs">More rows [k, features].</param>
    /// <param name="targets">Their values [k].</param>
    /// <exception cref="ShapeException">Shapes do not fit.</exception>
    /// <exception cref="NumericalException">The covariance of the new rows, given the data, is not positive definite.</exception>
    public GaussianPosterior With(Tensor inputs, Tensor targets)
    {
        using var pause = Autodiff.Pause();
        GaussianData more = GaussianData.Of(inputs, targets, false);
        int n = Count, k = more.Count;
        Tensor cross = factor.SolveTriangular(kernel.Between(data.Inputs, more.Inputs));
        Tensor rest = kernel.Gram(more.Inputs) + (Tensor.Eye(k, DType.F64) * (Noise + Jitter)) - cross.Transpose().MatMul(cross);
        Tensor corner = JitteredCholesky.Of(rest).Factor;
        Tensor upper = TensorMath.Concat([factor, Tensor.Zeros([n, k], DType.F64)], 1), lower = TensorMath.Concat([cross.Transpose(), corner], 1);
        var all = new GaussianData(
            TensorMath.Concat([data.Inputs, more.Inputs], 0).Keep(),
            TensorMath.Concat([data.Targets, (more.Targets - data.Shift) / data.Scale], 0).Keep(),
            data.Shift,
            data.Scale);
        return new GaussianPosterior(this, all, TensorMath.Concat([upper, lower], 0).Keep());
    }
}
