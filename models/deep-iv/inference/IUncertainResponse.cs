namespace Adjoint.Models.DeepIv;

/// <summary>An estimate of h that also says how sure it is: of values, of means over rows, and of slopes.</summary>
public interface IUncertainResponse : IResponse
{
    /// <summary>How the intervals come about, in a few words.</summary>
    string Method { get; }

    /// <summary>Intervals of h at single points: treatments [rows] and covariates [rows, d].</summary>
    Band Points(Tensor treatment, Tensor covariates, double level);

    /// <summary>Intervals of the mean over rows of h at each of the treatments: the counterfactual curve of these rows.</summary>
    /// <param name="treatments">Treatments [points].</param>
    /// <param name="covariates">Covariates [rows, d] of those over whom the mean is taken.</param>
    /// <param name="level">Share of intervals that are to hold the truth: 0.95.</param>
    Band Curve(Tensor treatments, Tensor covariates, double level);

    /// <summary>Interval of the mean over rows of ∂h/∂p at their treatments: the average effect of one unit more.</summary>
    Band MeanSlope(Tensor treatment, Tensor covariates, double level);

    /// <summary>Interval of the mean over rows of (h(to, x) - h(from, x))/(to - from): the average effect of one unit more where the treatment has only a few values, between which slopes mean nothing.</summary>
    Band MeanEffect(double from, double to, Tensor covariates, double level);
}
