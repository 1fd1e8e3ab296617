namespace Adjoint.Models.DeepIv;

/// <summary>
/// What the demand designs share: how taste changes over the year, the price, demand, and the noise that moves both. Hartford et al. 2017, section 4.1; in raw units
/// y = 100 + (10 + price) s ψ(t) - 2 price + e.
/// </summary>
static class DemandCurve
{
    /// <summary>Mean of the price, and its spread: the author's constants.</summary>
    public const double PriceMean = 17.779, PriceScale = 3.7;

    /// <summary>Mean of demand without its constant 100, and its spread.</summary>
    public const double DemandMean = -292.1, DemandScale = 158;

    /// <summary>Kinds of customers, 1 to 7.</summary>
    public const int Customers = 7;

    const int TestRows = 5000;
    const double TestCorrelation = 0.5;

    /// <summary>Names of the columns; those of covariates after the time are given.</summary>
    public static VariableNames Names(IReadOnlyList<string> others) => new("price", "demand", ["fuel cost"], ["time", .. others]);

    /// <summary>ψ(t) = 2 ((t - 5)⁴/600 + exp(-4 (t - 5)²) + t/10 - 2) for times of the year in [0, 10].</summary>
    public static Tensor Psi(Tensor time)
    {
        Tensor square = (time - 5).Square();
        return 2 * ((square.Square() / 600) + (-4 * square).Exp() + (time / 10) - 2);
    }

    /// <summary>100 + (10 + price) s ψ(t) - 2 price.</summary>
    public static Tensor Demand(Tensor price, Tensor time, Tensor customer) => 100 + ((10 + price) * customer * Psi(time)) - (2 * price);

    /// <summary>Demand in the author's scaling: (raw - 100 + 292.1)/158.</summary>
    public static Tensor ScaledDemand(Tensor scaledPrice, Tensor time, Tensor customer) =>
        (Demand((scaledPrice * PriceScale) + PriceMean, time, customer) - 100 - DemandMean) / DemandScale;

    /// <summary>A price in the author's scaling.</summary>
    public static Tensor ScaledPrice(Tensor price) => (price - PriceMean) / PriceScale;

    /// <summary>Times, kinds of customers, fuel costs (the instrument), raw prices and noise e of unit variance, whose correlation with the price's own noise is ρ; each [count].</summary>
    public static DemandDraw Draw(int count, double correlation, Key key)
    {
        var generator = new Generator(key);
        Tensor time = generator.Uniform([count], 0, 10, DType.F64);
        Tensor customer = generator.Integers([count], 1, Customers + 1).To(DType.F64);
        Tensor cost = generator.Normal([count], DType.F64), shock = generator.Normal([count], DType.F64), own = generator.Normal([count], DType.F64);
        Tensor price = 25 + ((cost + 3) * Psi(time)) + shock;
        return new DemandDraw(time, customer, cost, price, (correlation * shock) + (Math.Sqrt(1 - (correlation * correlation)) * own));
    }

    /// <summary>Training rows in the author's scaling, with covariates [rows, d] made of what was drawn.</summary>
    public static InstrumentData ScaledRows(int count, double correlation, Key key, Func<DemandDraw, Tensor> covariates)
    {
        DemandDraw rows = Draw(count, correlation, key);
        Tensor price = rows.ScaledPrice;
        return new InstrumentData(ScaledDemand(price, rows.Time, rows.Customer) + rows.Noise, price, rows.Cost.Unsqueeze(1), covariates(rows));
    }

    /// <summary>5,000 new rows at prices that do not depend on them, author's scaling.</summary>
    public static ResponseTest ScaledTest(Key key, Func<DemandDraw, Tensor> covariates)
    {
        DemandDraw rows = Draw(TestRows, TestCorrelation, key);
        Tensor price = rows.Grid();
        return new ResponseTest(price, covariates(rows), ScaledDemand(price, rows.Time, rows.Customer));
    }
}

/// <summary>Drawn rows of a demand design before they are put into columns, each f64 [count].</summary>
/// <param name="Time">t in [0, 10].</param>
/// <param name="Customer">s in 1 … 7.</param>
/// <param name="Cost">z, the fuel cost.</param>
/// <param name="Price">The raw price.</param>
/// <param name="Noise">e, of unit variance.</param>
readonly record struct DemandDraw(Tensor Time, Tensor Customer, Tensor Cost, Tensor Price, Tensor Noise)
{
    /// <summary>The price in the author's scaling.</summary>
    public Tensor ScaledPrice => DemandCurve.ScaledPrice(Price);

    /// <summary>Prices over the middle 95 % of those drawn, from low to high in the order of rows, so that they are independent of the covariates; author's scaling.</summary>
    public Tensor Grid()
    {
        int count = Price.Count;
        double low = ScaledPrice.Quantile(0.025).Item(), high = ScaledPrice.Quantile(0.975).Item();
        return Tensor.Range(count, low, (high - low) / (count - 1), DType.F64);
    }
}
