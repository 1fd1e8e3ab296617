using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>Coefficients and standard errors of real tables against figures that other programs computed, to the four digits in which they are written.</summary>
sealed class RealTableTests
{
    const double Digits = 0.5000001e-4;

    static readonly string[] CardControls =
        ["exper", "expersq", "black", "smsa", "south", "smsa66", "reg662", "reg663", "reg664", "reg665", "reg666", "reg667", "reg668", "reg669"];

    static void Compare(InstrumentTable table, int rows, (double Value, double Error) ols, (double Value, double Error) twoStage) =>
        Compare(table.Linear, table.Encoder.LinearNames, rows, ols, twoStage);

    static void Compare(InstrumentData data, VariableNames? names, int rows, (double Value, double Error) ols, (double Value, double Error) twoStage)
    {
        Assert.That(data.Count, Is.EqualTo(rows));
        Coefficient least = OrdinaryLeastSquares.Fit(data, names).Effect;
        var fit = TwoStageLeastSquares.Fit(data, names);
        TestContext.Out.WriteLine($"OLS {least.Estimate:F4} ({least.StandardError:F4}, robust {least.RobustStandardError:F4}), 2SLS {fit.Estimate.Effect.Estimate:F4} "
            + $"({fit.Estimate.Effect.StandardError:F4}, robust {fit.Estimate.Effect.RobustStandardError:F4}); {fit.Strength.Note} {string.Join("; ", fit.Tests)}");
        Assert.Multiple(() =>
        {
            Assert.That(least.Estimate, Is.EqualTo(ols.Value).Within(Digits), "OLS");
            Assert.That(least.StandardError, Is.EqualTo(ols.Error).Within(Digits), "OLS, error");
            Assert.That(fit.Estimate.Effect.Estimate, Is.EqualTo(twoStage.Value).Within(Digits), "2SLS");
            Assert.That(fit.Estimate.Effect.StandardError, Is.EqualTo(twoStage.Error).Within(Digits), "2SLS, error");
        });
    }

    static InstrumentTable Table(string file, string treatment, string outcome, string[] instruments, params string[] covariates) =>
        InstrumentTable.Read(InstrumentFiles.Of(file), treatment, outcome, instruments, covariates);

    [Test]
    public void CardsReturnsToSchooling() =>
        Compare(Table("wooldridge_card.csv", "educ", "lwage", ["nearc4"], CardControls), 3010, (0.0747, 0.0035), (0.1315, 0.0550));

    [Test]
    public void CloseCollegeLosesTheSevenRowsThatLackMarried()
    {
        InstrumentTable table = Table("causaldata_close_college.csv", "educ", "lwage", ["nearc4"], "exper", "black", "south", "married", "smsa");
        Compare(table, 3003, (0.0712, 0.0035), (0.1242, 0.0500));
        Assert.That(table.Notes, Has.Some.EqualTo("7 of 3010 rows lack a value and are left out (married 7)."));
    }

    [Test]
    public void MrozUsesTheWomenWithAWage() =>
        Compare(Table("wooldridge_mroz.csv", "educ", "lwage", ["motheduc", "fatheduc"], "exper", "expersq"), 428, (0.1075, 0.0141), (0.0614, 0.0314));

    [Test]
    public void FishMarketDemand() =>
        Compare(Table("wooldridge_fish.csv", "lavgprc", "ltotqty", ["wave2", "wave3"], "mon", "tues", "wed", "thurs"), 97, (-0.5247, 0.1761), (-0.8158, 0.3274));

    [Test]
    public void CollegeDistanceWithNamesAsIndicators()
    {
        string path = InstrumentFiles.Of("AER_CollegeDistance.csv");
        InstrumentTable table = InstrumentTable.Read(path, "education", "wage", ["distance"], ["urban", "gender", "ethnicity", "unemp"]);
        Assert.That(table.Encoder.LinearNames.Covariates, Is.EqualTo(new[] { "urban=yes", "gender=male", "ethnicity=hispanic", "ethnicity=other", "unemp" }));

        // Another level is left out than in the reference, which moves other coefficients only.
        Compare(table.Linear with { Outcome = table.Linear.Outcome.Log() }, table.Encoder.LinearNames, 4739, (0.0007, 0.0011), (0.0673, 0.0144));
    }

    [Test]
    public void CigarettesOf1995InLogarithms()
    {
        CsvTable table = Csv.Read(InstrumentFiles.Of("AER_CigarettesSW.csv"));
        int[] rows = [.. Enumerable.Range(0, table.Rows).Where(row => table.Numbers("year")[row] == 1995)];
        Tensor Column(string name) => Tensor.From<double>([.. rows.Select(row => table.Numbers(name)[row])]);
        Tensor cpi = Column("cpi"), general = Column("tax") / cpi, special = (Column("taxs") - Column("tax")) / cpi;
        var data = new InstrumentData(
            Column("packs").Log(), (Column("price") / cpi).Log(), TensorMath.Stack([special, general], 1), (Column("income") / Column("population") / cpi).Log().Unsqueeze(1));
        Compare(data, null, 48, (-1.4065, 0.2514), (-1.2774, 0.2632));
        Compare(data with { Instruments = special.Unsqueeze(1), Covariates = Tensor.Zeros([48, 0], DType.F64) }, null, 48, (-1.2131, 0.2164), (-1.0836, 0.3166));

        // What R's AER and sandwich print for this table: HC1 errors, and the diagnostics of ivreg.
        var fit = TwoStageLeastSquares.Fit(data);
        Assert.That(fit.Estimate.Effect.RobustStandardError, Is.EqualTo(0.2496).Within(Digits));
        Assert.That(fit.Strength.F, Is.EqualTo(244.734).Within(5e-4));
        Assert.That(fit.Tests.Select(static test => test.Statistic), Is.EqualTo(new[] { 3.068, 0.333 }).Within(5e-4));
        Assert.That(fit.Tests.Select(static test => test.Probability), Is.EqualTo(new[] { 0.0868, 0.5641 }).Within(5e-5));
    }

    [Test]
    public void FertilityOfSameSexSiblings()
    {
        CsvTable table = Csv.Read(InstrumentFiles.Of("AER_Fertility2.csv"));
        Tensor isSame = Tensor.From<double>([.. table.Text("gender1").Zip(table.Text("gender2"), static (first, second) => first == second ? 1.0 : 0)]);
        Tensor more = Tensor.From<double>([.. table.Text("morekids").Select(static text => text == "yes" ? 1.0 : 0)]);
        Compare(new(Tensor.From<double>(table.Numbers("work")), more, isSame.Unsqueeze(1), Tensor.Zeros([table.Rows, 0], DType.F64)), null, 30000, (-6.0082, 0.2590), (-6.0332, 3.7582));
    }

    [Test]
    public void RandomisedExperimentsAreDifferencesOfMeans()
    {
        CsvTable nsw = Csv.Read(InstrumentFiles.Of("causaldata_nsw_mixtape.csv"));
        Tensor treat = Tensor.From<double>(nsw.Numbers("treat")), none = Tensor.Zeros([445, 0], DType.F64);
        LinearEstimate effect = OrdinaryLeastSquares.Fit(new(Tensor.From<double>(nsw.Numbers("re78")), treat, treat.Unsqueeze(1), none));
        Assert.That(effect.Effect.Estimate, Is.EqualTo(1794.34).Within(0.005));

        // The instrument of the second is its treatment: two-stage least squares is least squares.
        InstrumentTable hiv = Table("causaldata_thornton_hiv.csv", "any", "got", ["tinc"]);
        Assert.That(hiv.Data.Count, Is.EqualTo(2834));
        LinearEstimate got = OrdinaryLeastSquares.Fit(hiv.Linear);
        Assert.That(got.Coefficients[0].Estimate, Is.EqualTo(0.3387).Within(Digits));
        Assert.That(got.Coefficients[0].Estimate + got.Effect.Estimate, Is.EqualTo(0.7892).Within(Digits));
        Assert.That(hiv.Data.Treatment.Sum().Item(), Is.EqualTo(2211));
    }
}
