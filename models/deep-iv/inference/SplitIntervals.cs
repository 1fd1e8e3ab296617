namespace Adjoint.Models.DeepIv;

/// <summary>Which regressors stand in the covariance of <see cref="SplitIntervals"/>.</summary>
public enum SplitCovariance
{
    /// <summary>The fitted features, as for two-stage least squares.</summary>
    Fitted,

    /// <summary>The features at the observed treatment, as in the release; its deviations are smaller than those of two-stage least squares.</summary>
    Observed,
}

/// <summary>
/// Intervals by splitting the data: the networks learn features η(p, x), the last hidden layer of the response, on one part; on the other the response is linear in them, with their means over the
/// law of the treatment as instruments, so that two-stage least squares gives an estimate with a robust covariance. Hartford et al. 2017, section 3.6.
/// </summary>
public sealed class SplitIntervals : IUncertainResponse
{
    // Principal components with less than this share of the largest variance are rounding.
    const double LeastShare = 1e-9;

    readonly NetworkResponse network;
    readonly Tensor center, whitening, coefficients, covariance;

    /// <summary>Fits the second part.</summary>
    /// <param name="estimate">Trained on other rows.</param>
    /// <param name="leftOut">Rows that it has not seen.</param>
    /// <param name="kind">The covariance.</param>
    /// <exception cref="DataException">There are fewer rows than features.</exception>
    public SplitIntervals(DeepIvEstimator estimate, InstrumentData leftOut, SplitCovariance kind = SplitCovariance.Fitted)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(leftOut);
        using var pause = Autodiff.Pause();
        network = estimate.Response;
        int count = leftOut.Count;
        Tensor expected = ExpectedFeatures(estimate, leftOut);
        center = expected.Mean(0);
        whitening = Whitening(expected - center);
        int width = whitening.Shape[1] + 1;
        if (count <= 2 * width) throw new DataException($"{count} rows are left out for {width} features. Leave out more rows, or use intervals by dropout.");
        Tensor instruments = WithConstant((expected - center).MatMul(whitening)), observed = Regressors(network.Features(leftOut.Treatment, leftOut.Covariates));
        Tensor fitted = instruments.MatMul(instruments.LeastSquares(observed)), outcome = leftOut.Outcome.Unsqueeze(1);
        coefficients = fitted.LeastSquares(outcome);
        Tensor residuals = outcome - observed.MatMul(coefficients), rows = kind == SplitCovariance.Fitted ? fitted : observed;
        Tensor inverse = rows.Transpose().MatMul(rows).PseudoInverse(), scores = rows.MatMul(inverse) * residuals;
        covariance = scores.Transpose().MatMul(scores);
        FeatureCount = width - 1;
    }

    /// <summary>Principal components of the features that are kept.</summary>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public string Method => $"two-stage least squares on {FeatureCount} learned features and left-out rows, robust";

    /// <summary>Trains on one part of the rows, drawn at random, and fits the other.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="settings">How the networks are trained.</param>
    /// <param name="leftOut">Share of the rows that the networks do not see.</param>
    /// <param name="key">Decides everything that is drawn.</param>
    /// <param name="kind">The covariance.</param>
    public static SplitIntervals Fit(InstrumentData data, DeepIvSettings settings, double leftOut, Key key, SplitCovariance kind = SplitCovariance.Fitted)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (first, second) = Split(data, leftOut, key);
        return new SplitIntervals(DeepIvEstimator.Fit(first, settings, key.Split("networks")), second, kind);
    }

    /// <summary>The rows for the networks, and those left out.</summary>
    public static (InstrumentData Networks, InstrumentData LeftOut) Split(InstrumentData data, double leftOut, Key key)
    {
        ArgumentNullException.ThrowIfNull(data);
        int count = (int)Math.Round(data.Count * Check.InRange(leftOut, 0, 1, "The share of rows left out"));
        Tensor order = new Generator(key.Split("split")).Permutation(data.Count);
        return (data.Take(order.Slice(0, count)), data.Take(order.Slice(0, 0, count)));
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor treatment, Tensor covariates)
    {
        using var pause = Autodiff.Pause();
        return Regressors(network.Features(treatment, covariates)).MatMul(coefficients).Squeeze(1);
    }

    /// <inheritdoc/>
    public Band Points(Tensor treatment, Tensor covariates, double level)
    {
        using var pause = Autodiff.Pause();
        return Linear(Regressors(network.Features(treatment, covariates)), level);
    }

    /// <inheritdoc/>
    public Band Curve(Tensor treatments, Tensor covariates, double level)
    {
        using var pause = Autodiff.Pause();
        var (p, x) = Crossing.Of(treatments, covariates);
        Tensor rows = Regressors(network.Features(p, x));
        return Linear(rows.Reshape(treatments.Shape[0], covariates.Shape[0], rows.Shape[1]).Mean(1), level);
    }

    /// <inheritdoc/>
    public Band MeanSlope(Tensor treatment, Tensor covariates, double level)
    {
        using var pause = Autodiff.Pause();
        Tensor slopes = network.FeatureSlopes(treatment, covariates).Mean(0, keepAxes: true).MatMul(whitening);
        return Linear(TensorMath.Concat([Tensor.Zeros([1, 1], DType.F64), slopes], 1), level);
    }

    /// <inheritdoc/>
    public Band MeanEffect(double from, double to, Tensor covariates, double level)
    {
        using var pause = Autodiff.Pause();
        var (p, x) = Crossing.Of(Tensor.From<double>([from, to]), covariates);
        Tensor rows = Regressors(network.Features(p, x)), means = rows.Reshape(2, covariates.Shape[0], rows.Shape[1]).Mean(1);
        return Linear((means.Slice(0, 1) - means.Slice(0, 0, 1)) / (to - from), level);
    }

    // Rows h of the linear form h b with deviation √(h V hᵀ).
    Band Linear(Tensor rows, double level) =>
        Band.OfDeviations(rows.MatMul(coefficients).Squeeze(1), (rows.MatMul(covariance) * rows).Sum(1).Sqrt(), level);

    Tensor Regressors(Tensor features) => WithConstant((features - center).MatMul(whitening));

    static Tensor WithConstant(Tensor rows) => TensorMath.Concat([Tensor.Ones([rows.Shape[0], 1], DType.F64), rows], 1);

    // Means over the law of the treatment, [rows, width]: as sums, since the noise of draws, which the release takes, would be instruments of no strength.
    static Tensor ExpectedFeatures(DeepIvEstimator estimate, InstrumentData data)
    {
        var (values, weights) = estimate.TreatmentNodes(data.Instruments, data.Covariates);
        Tensor sum = Tensor.Zeros([data.Count, estimate.Response.Network.FeatureWidth], DType.F64);
        for (int i = 0; i < values.Shape[0]; i++) sum += weights.At(0, i).Unsqueeze(1) * estimate.Response.Features(values.At(0, i), data.Covariates);
        return sum;
    }

    // Columns that turn centred rows into uncorrelated ones of unit variance.
    static Tensor Whitening(Tensor centered)
    {
        var (values, vectors) = (centered.Transpose().MatMul(centered) / centered.Shape[0]).SymmetricEigen();
        double[] variances = values.Read<double>();
        long[] kept = [.. Enumerable.Range(0, variances.Length).Where(i => variances[i] > LeastShare * variances.Max()).Select(static i => (long)i)];
        if (kept.Length == 0) throw new DataException("The learned features do not vary: the response is constant. Train longer, or with less dropout.");
        Tensor indices = Tensor.From<long>(kept);
        return vectors.Select(1, indices) / values.Select(0, indices).Sqrt();
    }
}
