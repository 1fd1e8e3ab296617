namespace Adjoint.Models.DeepIv;

/// <summary>
/// A linear response with a binary instrument, where two-stage least squares is best: d normal of deviation ½, z of a coin, treatment (z + 2 d + 1.5 n - ½)/1.8, outcome (4 + 4 d + 2 p + 2 n' - 5)/5,
/// so that the slope is 0.4 and the constant -0.2. An example of the first author's.
/// </summary>
public sealed class LinearDesign : IDesign
{
    /// <summary>Slope of the true response.</summary>
    public const double Slope = 0.4;

    const double Constant = -0.2;
    const int TestRows = 201;

    public InstrumentData Draw(int count, Key key)
    {
        var generator = new Generator(key);
        Tensor hidden = 0.5 * generator.Normal([count], DType.F64), instrument = generator.Bernoulli([count], 0.5).To(DType.F64);
        Tensor treatment = (instrument + (2 * hidden) + (1.5 * generator.Normal([count], DType.F64)) - 0.5) / 1.8;
        Tensor outcome = ((4 * hidden) + (2 * treatment) + (2 * generator.Normal([count], DType.F64)) - 1) / 5;
        return new InstrumentData(outcome, treatment, instrument.Unsqueeze(1), Tensor.Zeros([count, 0], DType.F64));
    }

    /// <summary>201 points from -2 to 2, the middle 95 % of treatments. The key is not used.</summary>
    public ResponseTest Test(Key key)
    {
        Tensor treatment = Tensor.Range(TestRows, -2, 0.02, DType.F64), none = Tensor.Zeros([TestRows, 0], DType.F64);
        return new ResponseTest(treatment, none, Truth(treatment, none));
    }

    public Tensor Truth(Tensor treatment, Tensor covariates) => treatment.Affine(Slope, Constant);
}
