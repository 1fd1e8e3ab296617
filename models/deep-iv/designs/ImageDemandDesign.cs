namespace Adjoint.Models.DeepIv;

/// <summary>
/// The demand design where the kind of customer s is seen only as an image of the digit s - 1: covariates are the time and 784 pixels in [0, 1]. Training images are drawn from one part of MNIST, those
/// of the test from the other. Hartford et al. 2017, section 4.1.
/// </summary>
/// <param name="correlation">ρ between the price's noise and demand's.</param>
/// <param name="training">Images of the training rows.</param>
/// <param name="testing">Images of the test rows.</param>
public sealed class ImageDemandDesign(double correlation, MnistImages training, MnistImages testing) : IDesign
{
    readonly double correlation = Check.InRange(correlation, -1, 1, "The demand design's correlation");

    public VariableNames Names { get; } = DemandCurve.Names([.. Enumerable.Range(1, MnistImages.Pixels).Select(static pixel => $"pixel {pixel}")]);

    public InstrumentData Draw(int count, Key key) => DemandCurve.ScaledRows(count, correlation, key, rows => Columns(rows, training, key));

    public ResponseTest Test(Key key) => DemandCurve.ScaledTest(key, rows => Columns(rows, testing, key));

    /// <summary>Null: which customer an image stands for is not among the covariates.</summary>
    public Tensor? Truth(Tensor treatment, Tensor covariates) => null;

    static Tensor Columns(DemandDraw rows, MnistImages images, Key key)
    {
        int[] digits = [.. rows.Customer.Read<double>().Select(static customer => (int)customer - 1)];
        return TensorMath.Concat([rows.Time.Unsqueeze(1), images.Draw(digits, key.Split("images"))], 1);
    }
}
