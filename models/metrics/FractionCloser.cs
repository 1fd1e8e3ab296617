namespace Adjoint.Models;

/// <summary>
/// FOSCTTM: the mean fraction of samples closer than the true match, of two embeddings of the same samples. 0 for a perfect alignment, about ½ for a random one (Liu et al. 2019).
/// </summary>
public static class FractionCloser
{
    /// <summary>
    /// For each i the share of j with |x_i - y_j| below |x_i - y_i|, of n - 1, and the same with both sets exchanged, averaged over both and over i.
    /// </summary>
    /// <param name="first">Embedding [n, features].</param>
    /// <param name="second">Row i is the partner of row i of the first.</param>
    /// <exception cref="ShapeException">The shapes differ, or there are fewer than two rows.</exception>
    public static double ThanTheTrueMatch(Tensor first, Tensor second)
    {
        using var pause = Autodiff.Pause();
        var (x, y) = MetricChecks.Sets("FractionCloser", first, second, 2);
        MetricChecks.PairedRows("FractionCloser", x, y);
        (x, y) = PairwiseBlocks.Centred(x, y);
        double n = x.Shape[0];
        return (CountCloser(x, y) + CountCloser(y, x)) / (2 * n * (n - 1));
    }

    // The distance to the partner is read from the same block, so that it equals itself to the bit.
    static double CountCloser(Tensor x, Tensor y)
    {
        const int BlockRows = 512;
        double count = 0;
        for (int start = 0; start < x.Shape[0]; start += BlockRows)
        {
            using var step = Step.Begin();
            int rows = Math.Min(BlockRows, x.Shape[0] - start);
            Tensor squares = x.Slice(0, start, start + rows).PairwiseSquaredDistances(y);
            Tensor own = squares.TakeAlong(1, Tensor.Range(rows, start).Reshape(rows, 1));
            count += squares.Less(own).To(DType.F64).Sum().Item();
        }

        return count;
    }
}
