namespace Adjoint;

public static partial class Losses
{
    /// <summary>
    /// Mean of w·(-p·t·log σ(x) - (1 - t)·log(1 - σ(x))) over the labels that are known, for logits x and targets t in [0, 1]; written so that it does not overflow. 0 where no label is known.
    /// </summary>
    /// <param name="logits">x, any shape.</param>
    /// <param name="targets">t, of the logits' shape and dtype. NaN is a label that is missing if <paramref name="missingAsNaN"/> is set.</param>
    /// <param name="positiveWeight">p, which broadcasts to the logits: above 1 it makes up for few positive labels. 1 by default.</param>
    /// <param name="weights">w, which broadcasts to the logits; the mean divides by the number of labels all the same. 1 by default.</param>
    /// <param name="known">Where there are labels, bool of the logits' shape; everywhere by default.</param>
    /// <param name="missingAsNaN">Whether NaN among the targets stands for no label.</param>
    /// <exception cref="ShapeException">The shapes differ, or weights do not broadcast.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(
        Tensor logits, Tensor targets, Tensor? positiveWeight = null, Tensor? weights = null, Tensor? known = null, bool missingAsNaN = false)
    {
        const string Name = "BinaryCrossEntropyWithLogits";
        SameShape(Name, logits, targets);
        if (known is not null) SameShape(Name, logits, known);
        if (missingAsNaN)
        {
            Tensor numbers = targets.Equal(targets);
            known = known is null ? numbers : known.And(numbers);
        }

        if (known is not null) targets = TensorMath.Where(known, targets, Tensor.Scalar(0, targets.DType, targets.Device));
        Tensor loss;
        if (positiveWeight is null) loss = logits.Softplus() - (targets * logits);
        else
        {
            Require.BroadcastsTo(Name, "the positive weight", positiveWeight.Shape, logits.Shape);
            loss = ((1 - targets) * logits) + ((1 + ((positiveWeight - 1) * targets)) * (-logits).Softplus());
        }

        if (weights is not null)
        {
            Require.BroadcastsTo(Name, "the weights", weights.Shape, logits.Shape);
            loss *= weights;
        }

        return known is null ? loss.Mean() : MeanOfKnown(loss, known);
    }

    // What is not known counts neither above nor below, whatever it holds; nothing known is no loss.
    static Tensor MeanOfKnown(Tensor loss, Tensor known)
    {
        Tensor count = known.To(loss.DType).Sum().Clamp(1, double.MaxValue);
        return TensorMath.Where(known, loss, Tensor.Scalar(0, loss.DType, loss.Device)).Sum() / count;
    }
}
