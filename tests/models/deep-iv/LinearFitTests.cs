using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>Least squares and two-stage least squares against their formulas, written out with inverses.</summary>
sealed class LinearFitTests
{
    static InstrumentData Draw(long seed, int n, int instruments, int covariates, double confounding = 0.8)
    {
        var draws = new Generator(Key.FromSeed(seed));
        Tensor z = draws.Normal([n, instruments], DType.F64), x = draws.Normal([n, covariates], DType.F64), confounder = draws.Normal([n], DType.F64);
        Tensor p = z.Sum(1) + x.Sum(1) + confounder + draws.Normal([n], DType.F64);
        Tensor y = (p * 0.4) - x.Sum(1) + (confounder * confounding) + (draws.Normal([n], DType.F64) * (1 + z.At(1, 0).Square())) + 3;
        return new(y, p, z, x);
    }

    // (X̂ᵀX̂)⁻¹ and friends by explicit inverses.
    static (double[] Estimates, double[] Errors, double[] Robust) Formulas(Tensor fitted, Tensor actual, Tensor y)
    {
        int n = actual.Shape[0], k = actual.Shape[1];
        Tensor inverse = fitted.Transpose().MatMul(fitted).Inverse(), b = inverse.MatMul(fitted.Transpose().MatMul(y.Unsqueeze(1)));
        Tensor e = y.Unsqueeze(1) - actual.MatMul(b);
        Tensor classical = inverse * (e.Square().Sum() / (n - k)), middle = fitted.Transpose().MatMul(fitted * e.Square());
        Tensor robust = inverse.MatMul(middle).MatMul(inverse) * ((double)n / (n - k));
        return (b.Read<double>(), classical.Diagonal().Sqrt().Read<double>(), robust.Diagonal().Sqrt().Read<double>());
    }

    static void Equal(LinearEstimate estimate, (double[] Estimates, double[] Errors, double[] Robust) expected)
    {
        Assert.That(estimate.Coefficients.Select(static one => one.Estimate), Is.EqualTo(expected.Estimates).Within(1e-10));
        Assert.That(estimate.Coefficients.Select(static one => one.StandardError), Is.EqualTo(expected.Errors).Within(1e-10));
        Assert.That(estimate.Coefficients.Select(static one => one.RobustStandardError), Is.EqualTo(expected.Robust).Within(1e-10));
    }

    [Test]
    public void BothFitsAreThoseOfTheFormulas([Values(1, 3)] int instruments, [Values(0, 2)] int covariates)
    {
        InstrumentData data = Draw(5, 120, instruments, covariates);
        Tensor one = Tensor.Ones([120, 1], DType.F64), p = data.Treatment.Unsqueeze(1);
        Tensor Join(params Tensor[] parts) => TensorMath.Concat([.. parts.Where(static part => part.Shape[1] > 0)], 1);
        Tensor actual = Join(one, p, data.Covariates), exogenous = Join(one, data.Covariates, data.Instruments);
        Equal(OrdinaryLeastSquares.Fit(data), Formulas(actual, actual, data.Outcome));
        Tensor projection = exogenous.MatMul(exogenous.Transpose().MatMul(exogenous).Inverse()).MatMul(exogenous.Transpose());
        var fit = TwoStageLeastSquares.Fit(data);
        Equal(fit.Estimate, Formulas(projection.MatMul(actual), actual, data.Outcome));
        Assert.That(fit.Predict(data.Treatment, data.Covariates).Read<double>(), Is.EqualTo((data.Outcome - fit.Estimate.Residuals).Read<double>()).Within(1e-12));
        Assert.That(fit.Tests.Count, Is.EqualTo(instruments > 1 ? 2 : 1), "Sargan's test needs more than one instrument");
    }

    [Test]
    public void TheFirstStageIsTheTestOfTwoRegressions()
    {
        InstrumentData data = Draw(6, 90, 2, 1);
        double Rest(Tensor x) => new LeastSquaresFitOf(x, data.Treatment).Rest;
        double without = Rest(data.Covariates), with = Rest(TensorMath.Concat([data.Covariates, data.Instruments], 1));
        FirstStage strength = FirstStage.Of(data);
        Assert.That(strength.F, Is.EqualTo((without - with) / 2 / (with / 86)).Within(1e-9));
        Assert.That(strength.PartialDetermination, Is.EqualTo(1 - (with / without)).Within(1e-12));

        // With one instrument the robust F is the square of its robust ratio.
        InstrumentData one = Draw(7, 90, 1, 1);
        var regression = OrdinaryLeastSquares.Fit(new(one.Treatment, one.Instruments.Squeeze(1), one.Instruments, one.Covariates));
        Assert.That(FirstStage.Of(one).RobustF, Is.EqualTo(Math.Pow(regression.Effect.Estimate / regression.Effect.RobustStandardError, 2)).Within(1e-9));
    }

    [Test]
    public void TestsKnowConfoundingAndInvalidInstruments()
    {
        InstrumentData confounded = Draw(8, 4000, 2, 1), free = Draw(9, 4000, 2, 1, confounding: 0);
        double Probability(InstrumentData data, string test) => TwoStageLeastSquares.Fit(data).Tests.Single(one => one.Name == test).Probability;
        Assert.That(Probability(confounded, "Wu-Hausman"), Is.LessThan(1e-6), "seed 8");
        Assert.That(Probability(free, "Wu-Hausman"), Is.GreaterThan(0.01), "seed 9");
        Assert.That(Probability(confounded, "Sargan"), Is.GreaterThan(0.01), "seed 8");
        InstrumentData invalid = confounded with { Outcome = confounded.Outcome + (confounded.Instruments.At(1, 1) * 0.5) };
        Assert.That(Probability(invalid, "Sargan"), Is.LessThan(1e-6), "seed 8");
    }

    [Test]
    public void TailsAreThoseOfTables()
    {
        // Critical values of 5 %, and a far tail where 1 - cdf would be rounding: P(χ²₁ > 100) = erfc(√50).
        Assert.That(Tails.ChiSquared(3.841458820694124, 1), Is.EqualTo(0.05).Within(1e-12));
        Assert.That(Tails.Fisher(4.964602743730711, 1, 10), Is.EqualTo(0.05).Within(1e-10));
        Assert.That(Tails.ChiSquared(100, 1), Is.EqualTo(1.5239706048321052e-23).Within(1e-32));
    }

    [Test]
    public void WhatCannotBeFittedIsSaid()
    {
        InstrumentData data = Draw(10, 50, 1, 2);
        void Fails(string expected, InstrumentData bad) => Assert.That(Assert.Throws<SettingException>(() => TwoStageLeastSquares.Fit(bad))!.Message, Does.Contain(expected));
        Fails("2SLS: 2 treatments [50, 2], one is supported.", data with { Treatment = data.Covariates });
        Fails("column 'x2' depends on the columns before it", data with { Covariates = TensorMath.Concat([data.Instruments, data.Instruments * 2], 1) });
        Fails("4 rows for 4 coefficients", data.Take(Tensor.Range(4)));
        Fails("not finite", data with { Outcome = data.Outcome / 0 });
    }

    sealed class LeastSquaresFitOf(Tensor x, Tensor y)
    {
        public double Rest { get; } = new Adjoint.Models.LeastSquaresFit(x, y).Residuals.Sum(static value => value * value);
    }
}
