using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The estimates of the second stage's loss against its exact value, for a law of two points over which every draw can be enumerated.</summary>
sealed class ResponseLossTests
{
    const double Outcome = 0.7, Probability = 0.3;
    static readonly double[] Points = [-0.4, 1.3];

    // h(p) = tanh(a p + b p²), with two numbers to take derivatives by.
    static Tensor Response(Tensor weights, Tensor p) => ((weights.At(0, 0) * p) + (weights.At(0, 1) * p.Square())).Tanh();

    static Tensor Weights() => Tensor.From<double>([0.8, -0.5], [2]);

    static double ProbabilityOf(int point) => point == 0 ? Probability : 1 - Probability;

    /// <summary>Expectation of the loss with S draws, and of its gradient, over all 2^S draws of the law.</summary>
    static (double Loss, double[] Gradient) Expected(int draws, double penalty)
    {
        double loss = 0;
        var gradient = new double[2];
        for (int code = 0; code < 1 << draws; code++)
        {
            int[] points = [.. Enumerable.Range(0, draws).Select(i => (code >> i) & 1)];
            double weight = points.Aggregate(1.0, (product, point) => product * ProbabilityOf(point));
            Tensor w = Weights().Variable();
            Tensor h = Response(w, Tensor.From<double>([.. points.Select(point => Points[point])], [draws, 1]));
            Tensor value = ResponseLoss.Of(Tensor.From<double>([Outcome], [1]), h, penalty);
            loss += weight * value.Item();
            double[] slope = Autodiff.Gradient(value, w).Read<double>();
            for (int i = 0; i < 2; i++) gradient[i] += weight * slope[i];
        }

        return (loss, gradient);
    }

    /// <summary>(y - E h)² and its gradient, and the variance of h.</summary>
    static (double Loss, double[] Gradient, double Variance) Exact()
    {
        Tensor w = Weights().Variable();
        Tensor h = Response(w, Tensor.From<double>(Points, [2])), probability = Tensor.From<double>([Probability, 1 - Probability], [2]);
        Tensor mean = (probability * h).Sum(), loss = (Outcome - mean).Square();
        double variance = (probability * (h - mean).Square()).Sum().Item();
        return (loss.Item(), Autodiff.Gradient(loss, w).Read<double>(), variance);
    }

    [Test]
    public void UpperBoundMinusUnbiasedLossIsTheVariance([Values(2, 3, 5)] int draws)
    {
        var (loss, _, variance) = Exact();
        double upper = Expected(draws, 1).Loss, unbiased = Expected(draws, 0).Loss;
        Assert.Multiple(() =>
        {
            Assert.That(variance, Is.GreaterThan(0.05), "the two points differ");
            Assert.That(unbiased, Is.EqualTo(loss).Within(1e-14));
            Assert.That(upper - unbiased, Is.EqualTo(variance).Within(1e-14));
        });
    }

    [Test]
    public void TheMeanUnbiasedGradientIsTheExactOne([Values(2, 3, 5)] int draws)
    {
        var (_, exact, _) = Exact();
        double[] unbiased = Expected(draws, 0).Gradient, upper = Expected(draws, 1).Gradient;
        Assert.That(unbiased, Is.EqualTo(exact).Within(1e-14));
        Assert.That(Math.Abs(upper[0] - exact[0]), Is.GreaterThan(1e-3), "the upper bound's is another");
    }

    [Test]
    public void ThePenaltyScalesTheVariance([Values(0.1, 0.25, 0.5)] double penalty)
    {
        var (loss, _, variance) = Exact();
        Assert.That(Expected(2, penalty).Loss, Is.EqualTo(loss + (penalty * variance)).Within(1e-14));
    }

    [Test]
    public void OneOverTheDrawsIsTheSquareOfTheMeanResidual()
    {
        Tensor h = new Generator(Key.FromSeed(1)).Normal([4, 6], DType.F64), y = new Generator(Key.FromSeed(2)).Normal([6], DType.F64);
        Assert.That(ResponseLoss.Of(y, h, 0.25).Item(), Is.EqualTo((y - h.Mean(0)).Square().Mean().Item()).Within(1e-14));
        Assert.That(ResponseLoss.Of(y, h.Slice(0, 0, 1), 1).Item(), Is.EqualTo((y - h.At(0, 0)).Square().Mean().Item()).Within(1e-14));
        Assert.That(() => ResponseLoss.Of(y, h.Slice(0, 0, 1), 0.5), Throws.TypeOf<SettingException>().With.Message.Contains("Set draws to 2"));
    }

    [Test]
    public void ManyDrawsOfAMixtureHaveTheGradientOfQuadrature()
    {
        // The gradient by a, b of (y - E h)² under ½ N(-1, 0.3²) + ½ N(1, 0.5²), by 20,001 points, beside the mean over 400,000 pairs of draws.
        const int Pairs = 400_000, Steps = 20_001;
        var law = new MixtureLaw(2);
        Tensor description = Tensor.From<double>([0, 0, -1, 1, Math.Log(0.3), Math.Log(0.5)], [1, 6]);
        Tensor grid = Tensor.Range(Steps, -6, 12.0 / (Steps - 1), DType.F64), w = Weights().Variable(), y = Tensor.From<double>([Outcome], [1]);
        Tensor density = ((((grid + 1) / 0.3).Square() * -0.5).Exp() / 0.3) + ((((grid - 1) / 0.5).Square() * -0.5).Exp() / 0.5);
        Tensor mean = (density * Response(w, grid)).Sum() / density.Sum();
        double[] exact = Autodiff.Gradient((Outcome - mean).Square(), w).Read<double>();

        Tensor drawn = law.Draw(description.Expand([2 * Pairs, 6]), new Generator(Key.FromSeed(3))).Reshape(2, Pairs);
        Tensor v = Weights().Variable();
        double[] average = Autodiff.Gradient(ResponseLoss.Of(y.Expand([Pairs]), Response(v, drawn), 0), v).Read<double>();
        TestContext.Out.WriteLine($"seed 3: {average[0]:F5} {average[1]:F5} for {exact[0]:F5} {exact[1]:F5}");
        Assert.That(average, Is.EqualTo(exact).Within(0.006), "four standard errors");
        Assert.That(law.Mean(description).Item(), Is.EqualTo(0).Within(1e-12));
    }
}
