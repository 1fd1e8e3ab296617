namespace Adjoint.Models.GFlowNets;

/// <summary>The mean of the entries that a mask shows.</summary>
static class MaskedMean
{
    /// <summary>
    /// Mean of x where the mask (of x's shape) is true, a scalar; 0 where it is true nowhere, as for a batch that leaves the graph at the source throughout. What the mask hides may be anything, and gets no
    /// gradient.
    /// </summary>
    public static Tensor Of(Tensor x, Tensor mask) => TensorMath.Where(mask, x, Tensor.Scalar(0, x.DType)).Sum() / mask.To(x.DType).Sum().Clamp(1, double.PositiveInfinity);
}
