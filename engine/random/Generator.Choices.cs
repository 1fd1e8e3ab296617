namespace Adjoint;

public sealed partial class Generator
{
    /// <summary>Factors of dropout: 0 with a probability, else 1/(1 - probability), so that their mean is one.</summary>
    /// <param name="shape">Sizes of the axes.</param>
    /// <param name="rate">Probability of a zero, 0 or more and below 1.</param>
    /// <param name="dtype">f32 or f64.</param>
    /// <exception cref="SettingException">The probability is outside [0, 1].</exception>
    public Tensor DropMask(Shape shape, double rate, DType dtype = DType.F32) => Bernoulli(shape, 1 - rate).To(dtype) / (1 - rate);

    /// <summary>
    /// k different classes (i64) for each row of logits [..., classes], one after another in proportion to the softmax of what is left: the k largest of logit plus Gumbel noise (Kool, van Hoof and
    /// Welling 2019). Classes of -inf come last.
    /// </summary>
    /// <exception cref="ShapeException">There are fewer than k classes.</exception>
    public Tensor WithoutReplacement(Tensor logits, int k)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Require.MinimumRank("without_replacement", "logits", logits, 1);
        Tensor scores = logits.Detach();
        return (scores + Gumbel(scores.Shape, scores.DType)).TopK(k).Indices;
    }

    /// <summary>How often each class comes up in independent trials with probability softmax of the row, for rows of logits [..., classes]: i64 [..., classes], by inverting the distribution function in f64.</summary>
    /// <exception cref="SettingException">The number of trials is negative.</exception>
    public Tensor Multinomial(Tensor logits, int trials)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Require.MinimumRank("multinomial", "logits", logits, 1);
        int classes = logits.Shape[-1];
        Tensor cumulative = logits.Detach().To(DType.F64).Softmax().CumulativeSum();

        // A shade below 1, so that rounding does not reach the last sum, behind which nothing lies.
        Tensor uniform = Uniform(logits.Shape.With(logits.Rank - 1, Check.AtLeast(trials, 0, "Multinomial trials")), DType.F64) * (1 - (1.0 / (1L << 40)));
        Tensor drawn = cumulative.SearchSorted(uniform * cumulative.Slice(-1, classes - 1), right: true);
        return Tensor.Ones(Shape.Scalar, DType.I64, drawn.Device).Expand(drawn.Shape).AddAlong(-1, drawn, classes);
    }
}
