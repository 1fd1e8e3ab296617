namespace Adjoint.Models.DeepIv;

/// <summary>
/// A curve on [0, 1] without covariates: (u, v, w) normal with correlation ½ between u and v, treatment Φ((w + v)/√2), instrument Φ(w), outcome f + u. Singh, Sahani, Gretton 2019, section 6.
/// </summary>
public sealed class CurveDesign : IDesign
{
    const int TestRows = 1000;
    const double Correlation = 0.5;

    readonly Func<Tensor, Tensor> curve;

    CurveDesign(Func<Tensor, Tensor> curve) => this.curve = curve;

    /// <summary>log(|16 p - 8| + 1) sign(p - ½).</summary>
    public static CurveDesign Sigmoid { get; } = new(static p => (p.Affine(16, -8).Abs() + 1).Log() * (p - 0.5).Sign());

    /// <summary>4 p - 2.</summary>
    public static CurveDesign Straight { get; } = new(static p => p.Affine(4, -2));

    public InstrumentData Draw(int count, Key key)
    {
        var generator = new Generator(key);
        Tensor u = generator.Normal([count], DType.F64), w = generator.Normal([count], DType.F64);
        Tensor v = (Correlation * u) + (Math.Sqrt(1 - (Correlation * Correlation)) * generator.Normal([count], DType.F64));
        Tensor treatment = ((w + v) / Math.Sqrt(2)).NormalCdf();
        return new InstrumentData(curve(treatment) + u, treatment, w.NormalCdf().Unsqueeze(1), Tensor.Zeros([count, 0], DType.F64));
    }

    /// <summary>1,000 points from 0 to 1. The key is not used.</summary>
    public ResponseTest Test(Key key)
    {
        Tensor treatment = Tensor.Range(TestRows, 0, 1.0 / (TestRows - 1), DType.F64);
        return new ResponseTest(treatment, Tensor.Zeros([TestRows, 0], DType.F64), curve(treatment));
    }

    public Tensor Truth(Tensor treatment, Tensor covariates) => curve(treatment);
}
