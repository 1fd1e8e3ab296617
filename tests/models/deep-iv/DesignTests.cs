using Adjoint.Models;
using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The simulated designs against the check values that are published or follow by hand.</summary>
sealed class DesignTests
{
    const int Many = 40_000;

    static Tensor Column(params double[] values) => Tensor.From<double>(values, [values.Length]);

    static double Correlation(Tensor x, Tensor y)
    {
        Tensor a = x - x.Mean(), b = y - y.Mean();
        return (a * b).Mean().Item() / Math.Sqrt(a.Square().Mean().Item() * b.Square().Mean().Item());
    }

    /// <summary>An estimate made of a formula.</summary>
    sealed class Formula(Func<Tensor, Tensor, Tensor> formula) : IResponse
    {
        public Tensor Predict(Tensor treatment, Tensor covariates) => formula(treatment, covariates);
    }

    [TestCase(0, -1.916667)]
    [TestCase(2.5, -3.369792)]
    [TestCase(5, -1)]
    [TestCase(10, 0.083333)]
    public void PsiHasItsCheckValues(double time, double expected)
    {
        // With price 0 and s = 1 the raw demand is 100 + 10 ψ.
        double demand = new RawDemandDesign(0.5).Truth(Column(0), Column(time, 1).Reshape(1, 2)).Item();
        Assert.That((demand - 100) / 10, Is.EqualTo(expected).Within(1e-6));
    }

    [TestCase(10, 0, 1, 41.6667)]
    [TestCase(25, 10, 7, 70.4167)]
    [TestCase(17.5, 5, 4, -45)]
    public void TheRawResponseHasItsCheckValues(double price, double time, double customer, double expected) =>
        Assert.That(new RawDemandDesign(0.5).Truth(Column(price), Column(time, customer).Reshape(1, 2)).Item(), Is.EqualTo(expected).Within(5e-5));

    [Test]
    public void TheRawGridHasItsCheckValues()
    {
        ResponseTest test = new RawDemandDesign(0.5).Test(Key.FromSeed(0));
        double[] truth = test.Truth.Read<double>();
        double mean = truth.Average();
        Assert.Multiple(() =>
        {
            Assert.That(truth, Has.Length.EqualTo(2800));
            Assert.That(mean, Is.EqualTo(-190.680).Within(5e-4));
            Assert.That(truth.Average(value => (value - mean) * (value - mean)), Is.EqualTo(32643.65).Within(5e-3));
            Assert.That(test.Error(new Formula(static (p, _) => p.ZerosLike())), Is.EqualTo(69002.39).Within(5e-3), "the estimate 0");
            Assert.That(truth.Min(), Is.EqualTo(-775.356).Within(5e-4));
            Assert.That(truth.Max(), Is.EqualTo(91.667).Within(5e-4));
        });
    }

    [Test]
    public void TheAuthorsDemandHasItsPopulationValues()
    {
        // Over 8 draws of 5,000 rows: prices from -2.06 to 1.82, and 1.238 as the error of the best constant.
        var design = new DemandDesign(0.5);
        ResponseTest[] tests = [.. Enumerable.Range(0, 8).Select(seed => design.Test(Key.FromSeed(seed)))];
        Assert.Multiple(() =>
        {
            Assert.That(tests.Average(test => test.Treatment.Min().Item()), Is.EqualTo(-2.06).Within(0.02));
            Assert.That(tests.Average(test => test.Treatment.Max().Item()), Is.EqualTo(1.82).Within(0.02));
            Assert.That(tests.Average(test => test.Error(new Formula((_, _) => test.Truth.Mean().Expand([5000])))), Is.EqualTo(1.238).Within(0.02));
            Assert.That(tests[0].Covariates.Slice(1, 1).Sum(1).Read<double>(), Is.All.EqualTo(1.0), "one kind of customer a row");
            Assert.That(design.Truth(tests[0].Treatment, tests[0].Covariates).Read<double>(), Is.EqualTo(tests[0].Truth.Read<double>()).Within(1e-12));
        });
    }

    [TestCase(0.1, 0.037)]
    [TestCase(0.25, 0.229)]
    [TestCase(0.5, 0.917)]
    [TestCase(0.75, 2.06)]
    [TestCase(0.9, 2.97)]
    public void APerfectNonCausalRegressionHasTheKnownError(double correlation, double expected)
    {
        // E[e | p, x] = ρ (price - 25 - 3 ψ)/(ψ² + 1), section 6.5; the regression's error is its mean square over the test.
        var design = new DemandDesign(correlation);
        var psiOf = new RawDemandDesign(0);
        var regression = new Formula((p, x) =>
        {
            Tensor time = x.At(1, 0), price = (p * 3.7) + 17.779;
            Tensor psi = (psiOf.Truth(p.ZerosLike(), TensorMath.Stack([time, time.OnesLike()], 1)) - 100) / 10;
            return design.Truth(p, x) + (correlation * (price - 25 - (3 * psi)) / (psi.Square() + 1));
        });
        double error = Enumerable.Range(0, 8).Average(seed => design.Test(Key.FromSeed(seed)).Error(regression));
        Assert.That(error, Is.EqualTo(expected).Within(Math.Max(0.0015, 0.03 * expected)));

        // And it is the best predictor of the outcome in training rows: its residuals are uncorrelated with the price, those of the truth are not.
        InstrumentData data = design.Draw(Many, Key.FromSeed(9));
        Tensor seen = data.Outcome - regression.Predict(data.Treatment, data.Covariates), causal = data.Outcome - design.Truth(data.Treatment, data.Covariates);
        Assert.That(Correlation(seen, data.Treatment), Is.EqualTo(0).Within(0.02));
        Assert.That(causal.Square().Mean().Item(), Is.EqualTo(1).Within(0.03), "the noise has unit variance");
        Assert.That(Correlation(causal, data.Instruments.At(1, 0)), Is.EqualTo(0).Within(0.02), "the instrument does not touch the outcome");
    }

    [Test]
    public void CurvesAreConfoundedAndTheInstrumentIsNot([Values] bool sigmoid)
    {
        CurveDesign design = sigmoid ? CurveDesign.Sigmoid : CurveDesign.Straight;
        InstrumentData data = design.Draw(Many, Key.FromSeed(1));
        Tensor noise = data.Outcome - design.Truth(data.Treatment, data.Covariates);
        Tensor level = data.Treatment;
        Assert.Multiple(() =>
        {
            Assert.That(noise.Square().Mean().Item(), Is.EqualTo(1).Within(0.03));
            Assert.That(level.Mean().Item(), Is.EqualTo(0.5).Within(0.01), "Φ of a standard normal is uniform");
            Assert.That(level.Variance().Item(), Is.EqualTo(1.0 / 12).Within(0.002));
            Assert.That(Correlation(noise, data.Instruments.At(1, 0)), Is.EqualTo(0).Within(0.02));

            // Corr(u, (w + v)/√2) = ½/√2; that with Φ of it is lower by √(3/π).
            Assert.That(Correlation(noise, level), Is.EqualTo(0.5 / Math.Sqrt(2) * Math.Sqrt(3 / Math.PI)).Within(0.02));
            Assert.That(design.Test(Key.FromSeed(0)).Truth.Count, Is.EqualTo(1000));
        });
    }

    [TestCase(0, -2.197225)]
    [TestCase(0.25, -1.609438)]
    [TestCase(0.5, 0)]
    [TestCase(1, 2.197225)]
    public void TheSigmoidHasItsValues(double p, double expected) =>
        Assert.That(CurveDesign.Sigmoid.Truth(Column(p), Tensor.Zeros([1, 0], DType.F64)).Item(), Is.EqualTo(expected).Within(1e-6));

    [Test]
    public void TheLinearDesignIsSolvedByTheWaldRatio()
    {
        // Cov(z, y)/Cov(z, p) is the slope 0.4; the regression slope is above it. n = 40,000: the ratio's standard error is about 0.01.
        InstrumentData data = new LinearDesign().Draw(Many, Key.FromSeed(2));
        Tensor z = data.Instruments.At(1, 0) - data.Instruments.Mean(), p = data.Treatment - data.Treatment.Mean();
        Assert.That((z * data.Outcome).Mean().Item() / (z * p).Mean().Item(), Is.EqualTo(LinearDesign.Slope).Within(0.05));
        Assert.That((p * data.Outcome).Mean().Item() / p.Square().Mean().Item(), Is.GreaterThan(0.6));
        ResponseTest test = new LinearDesign().Test(Key.FromSeed(0));
        Assert.That(test.Error(new Formula(static (p, _) => p.Affine(0.4, -0.2))), Is.LessThan(1e-20));
        Assert.That((data.Outcome - new LinearDesign().Truth(data.Treatment, data.Covariates)).Mean().Item(), Is.EqualTo(0).Within(0.02));
    }

    [Test]
    public void TheNotebookDesignFollowsItsFormula()
    {
        InstrumentData data = new NotebookDesign().Draw(Many, Key.FromSeed(3));
        Tensor x = data.Covariates.At(1, 0), z = data.Instruments.At(1, 0);
        Tensor e = data.Treatment - ((x + 2) * z).Sqrt();
        Assert.That(e.Square().Mean().Item(), Is.EqualTo(1).Within(0.03));
        Assert.That((data.Outcome - (data.Treatment.Square() / 10) + (x * data.Treatment / 10) - e).Abs().Max().Item(), Is.LessThan(1e-10), "one noise moves both");
        ResponseTest test = new NotebookDesign().Test(Key.FromSeed(0));
        Assert.That(test.Truth.Count, Is.EqualTo(303));
        Assert.That(test.Truth.Read<double>()[101 + 100], Is.EqualTo(10 - 5.0).Within(1e-9), "p = 10 at x = 5");
    }

    [Test]
    public void TheSameKeyDrawsTheSameRows()
    {
        double[] Rows(int seed) => new DemandDesign(0.5).Draw(10, Key.FromSeed(seed)).Outcome.Read<double>();
        double[] first = Rows(4), again = Rows(4), other = Rows(5);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void ImagesStandForTheirCustomers()
    {
        string folder = Path.Combine(Repository.Root, "..", "shared", "data", "mnist");
        if (!Directory.Exists(folder)) Assert.Ignore("MNIST is not beside the repository (../shared/data/mnist).");
        MnistImages Part(string name) => MnistImages.Read(Path.Combine(folder, $"{name}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{name}-labels-idx1-ubyte.gz"));
        MnistImages testing = Part("t10k");
        var design = new ImageDemandDesign(0.5, testing, testing);
        InstrumentData data = design.Draw(700, Key.FromSeed(6)), plain = new DemandDesign(0.5).Draw(700, Key.FromSeed(6));
        Assert.That(data.Outcome.Read<double>(), Is.EqualTo(plain.Outcome.Read<double>()), "the same demand");
        Assert.That(data.Covariates.Shape, Is.EqualTo(Adjoint.Shape.Create([700, 785])));
        double[] pixels = data.Covariates.Slice(1, 1).Read<double>();
        Assert.That(pixels, Is.All.InRange(0.0, 1.0));

        // Zeros have much ink and ones little: what an image shows goes with its customer.
        double[] ink = data.Covariates.Slice(1, 1).Mean(1).Read<double>(), kind = plain.Covariates.Slice(1, 1).ArgMax(1).To(DType.F64).Read<double>();
        double Of(int s) => ink.Where((_, i) => kind[i] == s).Average();
        Assert.That(Of(0), Is.GreaterThan(1.8 * Of(1)));
        Assert.That(() => testing.Draw([.. Enumerable.Repeat(5, 893)], Key.FromSeed(0)), Throws.TypeOf<DataException>().With.Message.Contains("892 images of the digit 5"));
        Assert.That(testing.Draw([3, 3, 3], Key.FromSeed(0)).Read<double>()[..784], Is.Not.EqualTo(testing.Draw([3, 3, 3], Key.FromSeed(0)).Read<double>()[784..1568]));
    }
}
