namespace Adjoint.Models.DeepIv;

/// <summary>
/// The demand design in raw units, as the papers on kernel and feature instruments use it: covariates (t, s) as numbers, noise of unit variance beside a demand of deviation 158, so that it asks for
/// extrapolation more than for freedom from confounding. Judged on the grid of 20 prices, 20 times and 7 customers. Singh, Sahani, Gretton 2019; Xu et al. 2021.
/// </summary>
/// <param name="correlation">ρ between the price's noise and demand's.</param>
public sealed class RawDemandDesign(double correlation) : IDesign
{
    const int GridPrices = 20, GridTimes = 20;

    readonly double correlation = Check.InRange(correlation, -1, 1, "The demand design's correlation");

    public VariableNames Names { get; } = DemandCurve.Names(["customer"]);

    public InstrumentData Draw(int count, Key key)
    {
        DemandDraw rows = DemandCurve.Draw(count, correlation, key);
        Tensor outcome = DemandCurve.Demand(rows.Price, rows.Time, rows.Customer) + rows.Noise;
        return new InstrumentData(outcome, rows.Price, rows.Cost.Unsqueeze(1), TensorMath.Stack([rows.Time, rows.Customer], 1));
    }

    /// <summary>The grid of 2,800 points: prices 10 … 25, times 0 … 10, customers 1 … 7. The key is not used.</summary>
    public ResponseTest Test(Key key)
    {
        Shape shape = [GridPrices, GridTimes, DemandCurve.Customers];
        Tensor Axis(int count, double first, double last, int axis) =>
            Tensor.Range(count, first, (last - first) / (count - 1), DType.F64).Reshape([axis == 0 ? count : 1, axis == 1 ? count : 1, axis == 2 ? count : 1]).Expand(shape).Contiguous().Reshape(-1);
        Tensor price = Axis(GridPrices, 10, 25, 0), time = Axis(GridTimes, 0, 10, 1), customer = Axis(DemandCurve.Customers, 1, DemandCurve.Customers, 2);
        Tensor covariates = TensorMath.Stack([time, customer], 1);
        return new ResponseTest(price, covariates, Truth(price, covariates));
    }

    public Tensor Truth(Tensor treatment, Tensor covariates) => DemandCurve.Demand(treatment, covariates.At(1, 0), covariates.At(1, 1));
}
