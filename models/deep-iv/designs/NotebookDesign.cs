namespace Adjoint.Models.DeepIv;

/// <summary>
/// The example of EconML's notebook: e normal, x and z uniform in [0, 10], treatment √((x + 2) z) + e, outcome p²/10 - x p/10 + e; judged for p from 0 to 10 at x of 2, 5 and 8. Where x is small
/// the instrument is weak.
/// </summary>
public sealed class NotebookDesign : IDesign
{
    const int GridTreatments = 101;
    static readonly double[] GridCovariates = [2, 5, 8];

    public InstrumentData Draw(int count, Key key)
    {
        var generator = new Generator(key);
        Tensor e = generator.Normal([count], DType.F64), x = generator.Uniform([count], 0, 10, DType.F64), z = generator.Uniform([count], 0, 10, DType.F64);
        Tensor treatment = ((x + 2) * z).Sqrt() + e, covariates = x.Unsqueeze(1);
        return new InstrumentData(Truth(treatment, covariates) + e, treatment, z.Unsqueeze(1), covariates);
    }

    /// <summary>303 points. The key is not used.</summary>
    public ResponseTest Test(Key key)
    {
        Shape shape = [GridCovariates.Length, GridTreatments];
        Tensor treatment = Tensor.Range(GridTreatments, 0, 0.1, DType.F64).Expand(shape).Contiguous().Reshape(-1);
        Tensor covariates = Tensor.From<double>(GridCovariates, [GridCovariates.Length, 1]).Expand(shape).Contiguous().Reshape(-1, 1);
        return new ResponseTest(treatment, covariates, Truth(treatment, covariates));
    }

    public Tensor Truth(Tensor treatment, Tensor covariates) => (treatment.Square() / 10) - (covariates.At(1, 0) * treatment / 10);
}
