namespace Adjoint.Models;

/// <summary>Counts of classified samples by true and predicted class, and the rates that follow from them.</summary>
public sealed class ConfusionMatrix
{
    readonly long[] counts;

    /// <summary>Counts samples.</summary>
    /// <param name="truth">True classes, from 0.</param>
    /// <param name="predicted">As many predicted classes.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ShapeException">Lengths differ, or there are no samples.</exception>
    /// <exception cref="SettingException">A class is outside the range.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes)
    {
        Classes = Check.AtLeast(classes, 1, "The number of classes");
        if (truth.Length != predicted.Length || truth.Length == 0)
            throw new ShapeException($"ConfusionMatrix: {truth.Length} true classes stand against {predicted.Length} predicted. Pass one prediction for each sample, and at least one sample.");
        MetricChecks.Classes("ConfusionMatrix", "the truth", truth, classes);
        MetricChecks.Classes("ConfusionMatrix", "the prediction", predicted, classes);
        counts = new long[classes * classes];
        for (int i = 0; i < truth.Length; i++) counts[(truth[i] * classes) + predicted[i]]++;
        Samples = truth.Length;
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of samples.</summary>
    public long Samples { get; }

    /// <summary>Samples of one class that were given another.</summary>
    public long this[int truth, int predicted] => counts[(truth * Classes) + predicted];

    /// <summary>Share of samples on the diagonal.</summary>
    public double Accuracy
    {
        get
        {
            long right = 0;
            for (int c = 0; c < Classes; c++) right += this[c, c];
            return (double)right / Samples;
        }
    }

    /// <summary>Mean recall over the classes that have samples.</summary>
    public double BalancedAccuracy
    {
        get
        {
            double sum = 0;
            int present = 0;
            for (int c = 0; c < Classes; c++)
            {
                if (Row(c) == 0) continue;
                sum += Recall(c);
                present++;
            }

            return sum / present;
        }
    }

    /// <summary>Mean F1 over the classes that have samples or predictions.</summary>
    public double MacroF1
    {
        get
        {
            double sum = 0;
            int present = 0;
            for (int c = 0; c < Classes; c++)
            {
                if (Row(c) + Column(c) == 0) continue;
                sum += F1(c);
                present++;
            }

            return sum / present;
        }
    }

    /// <summary>Share of a class's samples that were given it; 0 without samples.</summary>
    public double Recall(int of) => Row(of) == 0 ? 0 : (double)this[of, of] / Row(of);

    /// <summary>Share of a class's predictions that are right; 0 without predictions.</summary>
    public double Precision(int of) => Column(of) == 0 ? 0 : (double)this[of, of] / Column(of);

    /// <summary>Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn); 0 without samples and predictions.</summary>
    public double F1(int of) => Row(of) + Column(of) == 0 ? 0 : 2.0 * this[of, of] / (Row(of) + Column(of));

    long Row(int truth)
    {
        long sum = 0;
        for (int c = 0; c < Classes; c++) sum += this[truth, c];
        return sum;
    }

    long Column(int predicted)
    {
        long sum = 0;
        for (int c = 0; c < Classes; c++) sum += this[c, predicted];
        return sum;
    }
}
