using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class RegressionTests
{
    static readonly StatisticsFixture Fixture = StatisticsFixture.Of("regressions");

    static Tensor X => Fixture.Matrix("x");

    static Tensor Rows(long seed, int count, int width) => new Generator(Key.FromSeed(seed)).Normal([count, width], DType.F64);

    [Test]
    public void LeastSquaresAndBothStandardErrorsAreThoseOfTheFormulas()
    {
        var ordinary = new LeastSquaresFit(X, Fixture.Vector("y"));
        Assert.That(ordinary.Coefficients, Is.EqualTo(Fixture.Numbers("coefficients")).Within(1e-11));
        Assert.That(ordinary.StandardErrors, Is.EqualTo(Fixture.Numbers("ordinary")).Within(1e-12));
        Assert.That(ordinary.Determination, Is.EqualTo(Fixture.Number("determination")).Within(1e-12));
        var robust = new LeastSquaresFit(X, Fixture.Vector("y"), robust: true);
        Assert.That(robust.Coefficients, Is.EqualTo(ordinary.Coefficients));
        Assert.That(robust.StandardErrors, Is.EqualTo(Fixture.Numbers("robust")).Within(1e-12));
        Assert.That(ordinary.Predict(X).Read<double>(), Is.EqualTo((Fixture.Vector("y") - Tensor.From<double>([.. ordinary.Residuals])).Read<double>()).Within(1e-12));
    }

    [Test]
    public void AnExactLineIsFoundWithoutError()
    {
        Tensor x = Rows(1, 20, 2);
        var fit = new LeastSquaresFit(x, (x.At(1, 0) * 3) - x.At(1, 1) + 0.5);
        Assert.That(fit.Coefficients, Is.EqualTo(new[] { 0.5, 3, -1 }).Within(1e-12));
        Assert.That(fit.Determination, Is.EqualTo(1).Within(1e-13));
    }

    [Test]
    public void RidgeIsThatOfScikitLearnInBothForms()
    {
        var ridge = new RidgeFit(X, Fixture.Vector("y"), 2.5);
        Assert.That(ridge.Coefficients.Read<double>(), Is.EqualTo(Fixture.Numbers("ridge")).Within(1e-11));
        Assert.That(ridge.Intercept.Item(), Is.EqualTo(Fixture.Number("ridge_intercept")).Within(1e-11));
        var wide = new RidgeFit(Fixture.Matrix("wide_x"), Fixture.Matrix("wide_y"), 0.7);
        Assert.That(wide.Coefficients.Read<double>(), Is.EqualTo(Fixture.Numbers("wide")).Within(1e-11));
        Assert.That(wide.Intercept.Read<double>(), Is.EqualTo(Fixture.Numbers("wide_intercept")).Within(1e-11));
    }

    [Test]
    public void MultinomialLogisticRegressionIsThatOfScikitLearn()
    {
        var fit = new LogisticFit(Fixture.Matrix("features"), Fixture.Classes("classes"), 3, penalty: 2);
        Assert.That(fit.GradientSize, Is.LessThan(1e-9));
        Assert.That(fit.Steps, Is.LessThan(15));
        Assert.That(fit.Weights.Read<double>(), Is.EqualTo(Fixture.Numbers("logistic")).Within(1e-6));
        Assert.That(fit.Intercept.Read<double>(), Is.EqualTo(Fixture.Numbers("logistic_intercept")).Within(1e-6));
    }

    [Test]
    public void AWideLogisticRegressionWithFewRowsConverges()
    {
        Tensor x = Rows(2, 200, 300);
        int[] classes = Array.ConvertAll(x.Slice(1, 0, 4).ArgMax(1).Read<long>(), c => (int)c);
        var fit = new LogisticFit(x, classes, 4, penalty: 0.1);
        Assert.That(fit.GradientSize, Is.LessThan(1e-9));
        Assert.That(fit.Predict(x), Is.EqualTo(classes));
        Assert.That(fit.Probabilities(x).Sum(1).Read<double>(), Is.All.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void DeterminationIsOneForTheTruthAndZeroForTheMean()
    {
        double[] y = Fixture.Numbers("y");
        Assert.That(Determination.Of(y, y), Is.EqualTo(1));
        Assert.That(Determination.Of(y, [.. y.Select(_ => y.Average())]), Is.Zero.Within(1e-14));
        Assert.That(Determination.Mean(X, X * 0 + X.Mean(0)), Is.Zero.Within(1e-13));
    }

    [Test]
    public void RegressionsWithoutMeaningAreTypedErrors()
    {
        Assert.Throws<ShapeException>(() => new LeastSquaresFit(Rows(1, 3, 2), Tensor.Ones([3], DType.F64)));
        Assert.Throws<ShapeException>(() => new LeastSquaresFit(X, Tensor.Ones([4], DType.F64)));
        Assert.Throws<SettingException>(() => new LeastSquaresFit(TensorMath.Concat([X, X.Slice(1, 0, 1)], 1), Fixture.Vector("y")));
        Assert.Throws<SettingException>(() => new LeastSquaresFit(Tensor.Ones([8, 1]), Tensor.Ones([8])));
        Assert.Throws<SettingException>(() => new RidgeFit(X, Fixture.Vector("y"), 0));
        Assert.Throws<SettingException>(() => new LogisticFit(X, new int[30], 1));
        Assert.Throws<SettingException>(() => Determination.Of([1, 1], [1, 2]));
    }
}
