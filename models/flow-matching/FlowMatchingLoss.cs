namespace Adjoint.Models.FlowMatching;

/// <summary>
/// The flow-matching loss on the linear path with independent coupling: mean |v(t x1 + (1 - t) x0, t, label) - (x1 - x0)|², x0 normal, t uniform. Jones et al. 2026, after
/// Lipman et al. 2023.
/// </summary>
static class FlowMatchingLoss
{
    /// <summary>The loss, a scalar, of a batch.</summary>
    /// <param name="velocity">v(x, t, label): [batch, pixels] from images [batch, pixels], times [batch] and labels.</param>
    /// <param name="images">Images [batch, pixels].</param>
    /// <param name="labels">Their labels, i64 [batch].</param>
    /// <param name="noLabel">The label that stands for "none".</param>
    /// <param name="noise">Draws x0, t, dequantisation and dropped labels.</param>
    /// <param name="greyLevel">Images get U[0, greyLevel) on top.</param>
    /// <param name="labelDrop">Probability that a label is replaced by "none".</param>
    public static Tensor Of(
        Func<Tensor, Tensor, Tensor, Tensor> velocity, Tensor images, Tensor labels, int noLabel, Generator noise, double greyLevel, double labelDrop)
    {
        int batch = images.Shape[0];
        Tensor x1 = images + noise.Uniform(images.Shape, 0, greyLevel);
        Tensor label = labelDrop == 0
            ? labels
            : TensorMath.Where(noise.Bernoulli([batch], labelDrop), Tensor.Full(Shape.Scalar, noLabel, DType.I64), labels);
        Tensor x0 = noise.Normal(images.Shape);
        Tensor t = noise.Uniform([batch]);
        Tensor mix = t.Unsqueeze(1);
        return Losses.MeanSquaredError(velocity((mix * x1) + ((1 - mix) * x0), t, label), x1 - x0);
    }
}
