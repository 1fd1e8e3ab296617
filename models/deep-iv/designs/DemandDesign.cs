namespace Adjoint.Models.DeepIv;

/// <summary>
/// Demand for air travel in the author's scaling: price and demand normalised, noise of unit variance in the normalised demand, so that confounding is strong. Covariates are the time and the kind
/// of customer as seven columns of 0 and 1. Hartford et al. 2017, section 4.1, and the experiment script of its release.
/// </summary>
/// <param name="correlation">ρ between the price's noise and demand's.</param>
public sealed class DemandDesign(double correlation) : IDesign
{
    readonly double correlation = Check.InRange(correlation, -1, 1, "The demand design's correlation");

    public VariableNames Names { get; } = DemandCurve.Names([.. Enumerable.Range(1, DemandCurve.Customers).Select(static kind => $"customer {kind}")]);

    public InstrumentData Draw(int count, Key key) => DemandCurve.ScaledRows(count, correlation, key, Columns);

    public ResponseTest Test(Key key) => DemandCurve.ScaledTest(key, Columns);

    public Tensor Truth(Tensor treatment, Tensor covariates)
    {
        Tensor customer = covariates.Slice(1, 1).ArgMax(1).To(DType.F64) + 1;
        return DemandCurve.ScaledDemand(treatment, covariates.At(1, 0), customer);
    }

    static Tensor Columns(DemandDraw rows)
    {
        Tensor kind = (rows.Customer - 1).To(DType.I64).OneHot(DemandCurve.Customers, DType.F64);
        return TensorMath.Concat([rows.Time.Unsqueeze(1), kind], 1);
    }
}
