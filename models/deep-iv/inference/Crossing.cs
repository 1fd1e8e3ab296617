namespace Adjoint.Models.DeepIv;

/// <summary>Every treatment with every row of covariates.</summary>
static class Crossing
{
    /// <summary>Treatments [points] and covariates [rows, d] as [points · rows] and [points · rows, d], rows running faster.</summary>
    public static (Tensor Treatment, Tensor Covariates) Of(Tensor treatments, Tensor covariates)
    {
        int points = treatments.Shape[0], rows = covariates.Shape[0], width = covariates.Shape[1];
        Tensor p = treatments.Unsqueeze(1).Expand([points, rows]).Contiguous().Reshape(points * rows);
        return (p, covariates.Expand([points, rows, width]).Contiguous().Reshape(points * rows, width));
    }
}
