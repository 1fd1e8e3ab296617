namespace Adjoint;

public static partial class Losses
{
    /// <summary>
    /// Mean of log Σ e^x - x[class] over rows, with the options and the weighted mean of PyTorch's: Σ w[class]·loss / Σ w[class] over the rows that count. 0 where none does.
    /// </summary>
    /// <param name="logits">x [..., classes].</param>
    /// <param name="classes">i64 [...].</param>
    /// <param name="classWeights">w [classes]; 1 by default.</param>
    /// <param name="smoothing">Share of the target that is spread over all classes (Szegedy et al. 2016, section 7).</param>
    /// <param name="ignored">A class, such as -100, that stands for no label.</param>
    /// <param name="known">Where there are labels, bool of the classes' shape; everywhere by default.</param>
    /// <exception cref="ShapeException">The shapes do not fit, or a target that counts is not a class.</exception>
    /// <exception cref="SettingException">The smoothing is outside [0, 1].</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes, Tensor? classWeights = null, double smoothing = 0, long? ignored = null, Tensor? known = null)
    {
        const string Name = "CrossEntropy";
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(classes);
        Check.InRange(smoothing, 0, 1, "CrossEntropy smoothing");
        Require.MinimumRank(Name, "logits", logits, 1);
        int count = logits.Shape[-1];
        if (logits.Rank != 2)
        {
            Shape rows = [.. logits.Shape[..^1]];
            if (classes.Shape != rows) throw new ShapeException($"{Name}: classes {classes.Shape} do not give one class for each row of the logits {logits.Shape}. Pass i64 {rows}.");
            logits = logits.Reshape([rows.Elements, count]);
            classes = classes.Reshape([rows.Elements]);
            known = known?.Reshape([rows.Elements]);
        }

        if (classWeights is null && smoothing == 0 && ignored is null && known is null) return logits.CrossEntropy(classes).Mean();
        if (known is not null) SameShape(Name, classes, known);
        if (classWeights is not null && classWeights.Shape != [count])
            throw new ShapeException($"{Name}: the class weights {classWeights.Shape} are not one for each of {count} classes. Pass [{count}].");
        if (ignored is { } label)
        {
            Tensor counts = classes.NotEqual(label);
            known = known is null ? counts : known.And(counts);
        }

        if (known is not null) classes = TensorMath.Where(known, classes, Tensor.Scalar(0, DType.I64, classes.Device));
        Tensor weights = classWeights is null ? Tensor.Ones(classes.Shape, logits.DType, logits.Device) : classWeights.Select(0, classes);
        if (known is not null) weights = TensorMath.Where(known, weights, Tensor.Scalar(0, weights.DType, weights.Device));
        Tensor loss = logits.CrossEntropy(classes) * weights;
        if (smoothing > 0)
        {
            Tensor all = logits.LogSoftmax();
            Tensor spread = -(classWeights is null ? all : all * classWeights).Mean(-1);
            if (known is not null) spread = TensorMath.Where(known, spread, Tensor.Scalar(0, spread.DType, spread.Device));
            loss = ((1 - smoothing) * loss) + (smoothing * spread);
        }

        // A row of NaN that does not count would come through as 0·NaN.
        if (known is not null) loss = TensorMath.Where(known, loss, Tensor.Scalar(0, loss.DType, loss.Device));
        Tensor total = weights.Sum();
        return loss.Sum() / TensorMath.Where(total.Equal(0), Tensor.Ones(Shape.Scalar, total.DType, total.Device), total);
    }
}
