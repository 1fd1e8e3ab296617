namespace Adjoint.Models;

/// <summary>
/// Sums of a function over all pairs of rows of two sets, a block of pairs at a time: memory for one block only, for sets of any size. Rows are moved to a
/// common centre before, so that little cancels where distances of wide rows come from products.
/// </summary>
static class PairwiseBlocks
{
    const int BlockRows = 1024;

    /// <summary>Both sets minus the mean of the first. Distances stay as they are.</summary>
    public static (Tensor First, Tensor Second) Centred(Tensor x, Tensor y)
    {
        Tensor mean = x.Mean(0);
        return (x - mean, y - mean);
    }

    /// <summary>Σ_ij f(|x_i - y_j|²).</summary>
    public static double SumOverDistances(Tensor x, Tensor y, Func<Tensor, Tensor> f) => Sum(x, y, (a, b) => f(a.PairwiseSquaredDistances(b)));

    /// <summary>Σ_(i≠j) f(|x_i - x_j|²), from the pairs i &lt; j.</summary>
    public static double SumOverDistancesWithin(Tensor x, Func<Tensor, Tensor> f) => SumWithin(x, (a, b) => f(a.PairwiseSquaredDistances(b)));

    /// <summary>Σ_ij g(block of x, block of y), where g gives a matrix of one number for each pair.</summary>
    public static double Sum(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> g)
    {
        double sum = 0;
        for (int i = 0; i < x.Shape[0]; i += BlockRows)
        {
            for (int j = 0; j < y.Shape[0]; j += BlockRows)
            {
                using var step = Step.Begin();
                sum += g(Block(x, i), Block(y, j)).Sum().Item();
            }
        }

        return sum;
    }

    /// <summary>The same over pairs i ≠ j of one set, for a symmetric g: blocks above the diagonal count twice.</summary>
    public static double SumWithin(Tensor x, Func<Tensor, Tensor, Tensor> g)
    {
        double sum = 0;
        for (int i = 0; i < x.Shape[0]; i += BlockRows)
        {
            for (int j = i; j < x.Shape[0]; j += BlockRows)
            {
                using var step = Step.Begin();
                Tensor values = g(Block(x, i), Block(x, j));
                if (i == j) sum += TensorMath.Where(Tensor.Eye(values.Shape[0], DType.Bool), values.ZerosLike(), values).Sum().Item();
                else sum += 2 * values.Sum().Item();
            }
        }

        return sum;
    }

    static Tensor Block(Tensor x, int start) => x.Slice(0, start, Math.Min(start + BlockRows, x.Shape[0]));
}
