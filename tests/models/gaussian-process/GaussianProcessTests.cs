using Adjoint.Models.GaussianProcesses;
using Adjoint.Tests.Ops;
using NUnit.Framework;

namespace Adjoint.Tests;

sealed class GaussianProcessTests
{
    static readonly StatisticsFixture Data = StatisticsFixture.Of("data", "gaussian-process.json");

    static Tensor X => Data.Matrix("x");

    static Tensor Y => Data.Vector("y");

    static Kernel Make(string name) => name switch
    {
        "rbf" => 1.7 * new RbfKernel([0.8, 1.9]),
        "matern12" => 1.7 * new Matern12Kernel([0.8, 1.9]),
        "matern32" => 1.7 * new Matern32Kernel([0.8, 1.9]),
        "matern52" => 1.7 * new Matern52Kernel([0.8, 1.9]),
        _ => new LinearKernel(0.6) + new ConstantKernel(0.3),
    };

    static GaussianProcess Process(string name) => new(Make(name), 0.05, isStandardized: false);

    static readonly string[] Names = ["rbf", "matern12", "matern32", "matern52", "linear"];

    [Test]
    public void KernelsAreThoseOfScikitLearn([ValueSource(nameof(Names))] string name) =>
        Assert.That(Process(name).Kernel.Gram(X).Read<double>(), Is.EqualTo(StatisticsFixture.Of(name, "gaussian-process.json").Numbers("gram")).Within(1e-13));

    [Test]
    public void TheMarginalLikelihoodAndItsGradientAreThoseOfScikitLearn([ValueSource(nameof(Names))] string name)
    {
        StatisticsFixture fixture = StatisticsFixture.Of(name, "gaussian-process.json");
        GaussianProcess process = Process(name);
        Tensor value = process.LogMarginalLikelihood(X, Y);
        Assert.That(value.Item(), Is.EqualTo(fixture.Number("value")).Within(1e-10));

        // The parameters lie as noise first, scikit-learn's with the noise last.
        double[] gradient = [.. Autodiff.Gradients(value, process.Learned!.Values).SelectMany(part => part.Read<double>())];
        Assert.That((double[])[.. gradient[1..], gradient[0]], Is.EqualTo(fixture.Numbers("gradient")).Within(1e-9));
        Assert.That(process.Condition(X, Y).LogMarginalLikelihood, Is.EqualTo(fixture.Number("value")).Within(1e-10));
    }

    [Test]
    public void TheGradientFollowsFiniteDifferences([ValueSource(nameof(Names))] string name)
    {
        GaussianProcess process = Process(name);
        Tensor flat = process.Learned!.Flat;
        double[] start = flat.Read<double>();
        Tensor[] gradients = Autodiff.Gradients(process.LogMarginalLikelihood(X, Y), process.Learned.Values);
        for (int i = 0; i < gradients.Length; i++)
        {
            double[] exact = gradients[i].Read<double>(), values = process.Learned.Values[i].Read<double>();
            for (int k = 0; k < exact.Length; k++)
            {
                int place = k;
                Tensor parameter = process.Learned.Values[i];
                double difference = FiniteDifference.Derivative(h =>
                {
                    double[] moved = [.. values];
                    moved[place] += h;
                    parameter.Write<double>(moved);
                    return [process.LogMarginalLikelihood(X, Y).Item()];
                })[0];
                parameter.Write<double>(values);
                Assert.That(exact[k], Is.EqualTo(difference).Within(1e-5 * Math.Max(1, Math.Abs(difference))));
            }
        }

        Assert.That(flat.Read<double>(), Is.EqualTo(start));
    }

    [Test]
    public void ThePosteriorIsThatOfScikitLearnAndOfADirectInverse([ValueSource(nameof(Names))] string name)
    {
        StatisticsFixture fixture = StatisticsFixture.Of(name, "gaussian-process.json");
        GaussianProcess process = Process(name);
        GaussianPosterior posterior = process.Condition(X, Y);
        Tensor fresh = Data.Matrix("new");
        var (mean, variance) = posterior.Predict(fresh);
        var (jointMean, covariance) = posterior.Joint(fresh);
        Assert.That(mean.Read<double>(), Is.EqualTo(fixture.Numbers("mean")).Within(1e-10));
        Assert.That(jointMean.Read<double>(), Is.EqualTo(fixture.Numbers("mean")).Within(1e-10));
        Assert.That(covariance.Read<double>(), Is.EqualTo(fixture.Numbers("covariance")).Within(1e-10));
        Assert.That(variance.Read<double>(), Is.EqualTo(covariance.Diagonal().Read<double>()).Within(1e-11));
        Tensor inverse = (process.Kernel.Gram(X) + (Tensor.Eye(18, DType.F64) * 0.05)).Inverse(), cross = process.Kernel.Between(fresh, X);
        Assert.That(mean.Read<double>(), Is.EqualTo(cross.MatMul(inverse).MatMul(Y.Reshape(18, 1)).Read<double>()).Within(1e-10));
        Assert.That(posterior.Warning, Is.Null);
    }

    [Test]
    public void StandardisedTargetsGiveThePredictionsOfScaledOnes()
    {
        var process = new GaussianProcess(new RbfKernel([0.8, 1.9]), 0.05);
        var (mean, variance) = process.Condition(X, Y).Predict(Data.Matrix("new"));
        var (moved, spread) = process.Condition(X, (Y * 50) - 7).Predict(Data.Matrix("new"));
        Assert.That(moved.Read<double>(), Is.EqualTo(((mean * 50) - 7).Read<double>()).Within(1e-9));
        Assert.That(spread.Read<double>(), Is.EqualTo((variance * 2500).Read<double>()).Within(1e-9));
    }

    [Test]
    public void LeavingOneOutIsRefittingWithoutIt()
    {
        GaussianProcess process = Process("matern52");
        var (mean, variance, logDensity) = process.Condition(X, Y).LeaveOneOut();
        double expected = 0;
        for (int i = 0; i < 18; i++)
        {
            Tensor rest = Tensor.From<long>([.. Enumerable.Range(0, 18).Where(j => j != i).Select(j => (long)j)]);
            var (left, spread) = process.Condition(X.Select(0, rest), Y.Select(0, rest)).Predict(X.Slice(0, i, i + 1), withNoise: true);
            Assert.That(mean[i].Item(), Is.EqualTo(left.Item()).Within(1e-10));
            Assert.That(variance[i].Item(), Is.EqualTo(spread.Item()).Within(1e-10));
            double gap = Y[i].Item() - left.Item();
            expected -= 0.5 * ((gap * gap / spread.Item()) + Math.Log(2 * Math.PI * spread.Item()));
        }

        Assert.That(logDensity, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void MoreDataGrowTheFactorAsIfAllHadComeAtOnce()
    {
        GaussianProcess process = Process("matern32");
        GaussianPosterior grown = process.Condition(X.Slice(0, 0, 11), Y.Slice(0, 0, 11)).With(X.Slice(0, 11, 17), Y.Slice(0, 11, 17)).With(X.Slice(0, 17), Y.Slice(0, 17));
        var (mean, variance) = grown.Predict(Data.Matrix("new"));
        var (direct, spread) = process.Condition(X, Y).Predict(Data.Matrix("new"));
        Assert.That(mean.Read<double>(), Is.EqualTo(direct.Read<double>()).Within(1e-10));
        Assert.That(variance.Read<double>(), Is.EqualTo(spread.Read<double>()).Within(1e-10));
        Assert.That(grown.LogMarginalLikelihood, Is.EqualTo(process.Condition(X, Y).LogMarginalLikelihood).Within(1e-10));
    }

    [Test]
    public void FittingReachesTheLikelihoodThatScikitLearnReaches()
    {
        var process = new GaussianProcess(1.0 * new RbfKernel([1, 1]), 0.01);
        process.Fit(X, Y, Key.FromSeed(1), starts: 3);
        Assert.That(process.LogMarginalLikelihood(X, Y).Item(), Is.EqualTo(StatisticsFixture.Of("fitted", "gaussian-process.json").Number("value")).Within(1e-4));
        double[] before = process.Learned!.Flat.Read<double>();
        process.Fit(X, Y, Key.FromSeed(1), starts: 3);
        Assert.That(process.Learned.Flat.Read<double>(), Is.EqualTo(before), "the same key gives the same bits");
    }

    [Test]
    public void PriorsAreThoseOfSciPyAndPullTheFit()
    {
        StatisticsFixture fixture = StatisticsFixture.Of("priors", "gaussian-process.json");
        Assert.That(new LogNormalPrior(0.3, 0.7).LogDensity(fixture.Vector("at")).Read<double>(), Is.EqualTo(fixture.Numbers("lognormal")).Within(1e-13));
        Assert.That(new GammaPrior(2.5, 1.5).LogDensity(fixture.Vector("at")).Read<double>(), Is.EqualTo(fixture.Numbers("gamma")).Within(1e-13));
        var kernel = new RbfKernel([1, 1], new LogNormalPrior(Math.Log(4), 0.01));
        new GaussianProcess(kernel, 0.01).Fit(X, Y, Key.FromSeed(0), starts: 1);
        Assert.That(kernel.LengthScales.Numbers, Is.All.EqualTo(4).Within(0.1));
    }

    [Test]
    public void TheDimensionScaledDefaultFitsAWideInput()
    {
        Tensor x = new Generator(Key.FromSeed(2)).Uniform([60, 40], DType.F64);
        Tensor y = x.At(1, 0) + (x.At(1, 1) * 3).Sin();
        GaussianPosterior posterior = GaussianProcess.WithDimensionScaledPrior(40).Fit(x.Slice(0, 0, 50), y.Slice(0, 0, 50), Key.FromSeed(0), starts: 1);
        double error = (posterior.Predict(x.Slice(0, 50)).Mean - y.Slice(0, 50)).Square().Mean().Item();
        Assert.That(error, Is.LessThan(0.5 * y.Slice(0, 50).Variance().Item()));
    }

    [Test]
    public void RowsThatRepeatWithoutNoiseAreWarnedAbout()
    {
        var process = new GaussianProcess(new RbfKernel([1.0]), 0, isNoiseLearned: false);
        Tensor x = Tensor.From<double>([0, 0, 0, 1, 1], [5, 1]), y = Tensor.From<double>([1, 1, 1, 2, 2]);
        GaussianPosterior posterior = process.Condition(x, y);
        Assert.That(posterior.Warning, Does.Contain("not positive definite"));
        Assert.That(posterior.Jitter, Is.GreaterThan(0));
        Assert.That(posterior.Predict(x).Mean.Read<double>(), Is.EqualTo(y.Read<double>()).Within(1e-3));
    }

    [Test]
    public void SamplesHaveThePosteriorsMoments()
    {
        GaussianPosterior posterior = Process("rbf").Condition(X, Y);
        Tensor fresh = Data.Matrix("new").Slice(0, 0, 3), draws = posterior.Sample(fresh, 40000, Key.FromSeed(3));
        var (mean, covariance) = posterior.Joint(fresh);
        Assert.That(draws.Mean(0).Read<double>(), Is.EqualTo(mean.Read<double>()).Within(0.03));
        Tensor centred = draws - draws.Mean(0);
        Assert.That((centred.Transpose().MatMul(centred) / 40000).Read<double>(), Is.EqualTo(covariance.Read<double>()).Within(0.03));
    }

    [Test]
    public void ManyCandidatesArePredictedInBlocks()
    {
        GaussianPosterior posterior = Process("matern52").Condition(X, Y);
        Tensor many = new Generator(Key.FromSeed(4)).Normal([5000, 2], DType.F64);
        var (mean, variance) = posterior.Predict(many);
        var (last, spread) = posterior.Marginals(many.Slice(0, 4990));
        Assert.That(mean.Slice(0, 4990).Read<double>(), Is.EqualTo(last.Read<double>()).Within(1e-13));
        Assert.That(variance.Slice(0, 4990).Read<double>(), Is.EqualTo(spread.Read<double>()).Within(1e-13));
    }

    [Test]
    public void GradientsByTheCandidateAreFiniteAtADatumAndFollowDifferences([Values("rbf", "matern12", "matern32", "matern52")] string name)
    {
        GaussianPosterior posterior = Process(name).Condition(X, Y);
        Tensor at = X.Slice(0, 2, 3).Clone().Variable();
        var (mean, variance) = posterior.Marginals(at);
        Assert.That(Autodiff.Gradient(mean.Sum() + variance.Sum(), at).Read<double>(), Is.All.Matches<double>(double.IsFinite));
        double[] point = Data.Matrix("new").Slice(0, 0, 1).Read<double>();
        Tensor x = Tensor.From<double>(point, [1, 2]).Variable();
        var (m, v) = posterior.Marginals(x);
        double[] gradient = Autodiff.Gradient(Acquisition.LogExpectedImprovement(m, v, posterior.Best).Sum(), x).Read<double>();
        double difference = FiniteDifference.Derivative(h =>
        {
            var (mean, variance) = posterior.Predict(Tensor.From<double>([point[0] + h, point[1]], [1, 2]));
            return Acquisition.LogExpectedImprovement(mean, variance, posterior.Best).Read<double>();
        })[0];
        Assert.That(gradient[0], Is.EqualTo(difference).Within(1e-5 * Math.Max(1, Math.Abs(difference))));
    }

    [Test]
    public void WhatAProcessCannotUseIsATypedError()
    {
        Assert.Throws<ShapeException>(() => Process("rbf").Condition(X, Tensor.Ones([3], DType.F64)));
        Assert.Throws<ShapeException>(() => Process("rbf").Condition(X.Slice(1, 0, 1), Y));
        Assert.Throws<SettingException>(() => Process("rbf").Condition(X, Y * double.NaN));
        Assert.Throws<SettingException>(() => new RbfKernel([0]));
        Assert.Throws<SettingException>(() => new RbfKernel([]));
        Assert.Throws<SettingException>(() => new GaussianProcess(new RbfKernel([1]), noise: 0));
        Kernel kernel = Make("rbf");
        GaussianProcess owner = new(kernel);
        Assert.Throws<SettingException>(() => new GaussianProcess(owner.Kernel));
    }
}
