using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class LossTests
{
    static readonly double[] predictions = [-2, 0.5, 3];
    static readonly double[] targets = [1, 0, 0.25];

    static Tensor Of(double[] values) => Tensor.From(values);

    static double Mean(Func<double, double, double> loss) => predictions.Zip(targets, loss).Average();

    [Test]
    public void Losses_are_the_means_of_their_formulas() => Assert.Multiple(() =>
    {
        Tensor p = Of(predictions), t = Of(targets);
        Assert.That(Losses.MeanSquaredError(p, t).Item(), Is.EqualTo(Mean(static (x, y) => (x - y) * (x - y))).Within(1e-14));
        Assert.That(Losses.BinaryCrossEntropyWithLogits(p, t).Item(),
            Is.EqualTo(Mean(static (x, y) => -(y * Math.Log(1 / (1 + Math.Exp(-x)))) - ((1 - y) * Math.Log(1 - (1 / (1 + Math.Exp(-x))))))).Within(1e-14));
        Assert.That(Losses.Huber(p, t, 2).Item(), Is.EqualTo(Mean(static (x, y) => Math.Abs(x - y) <= 2 ? (x - y) * (x - y) / 2 : 2 * (Math.Abs(x - y) - 1))).Within(1e-14));
        Assert.That(Losses.GaussianNegativeLogLikelihood(p, Of([0.5, 0.5, 0.5]), t).Item(),
            Is.EqualTo(Mean(static (x, y) => 0.5 * (Math.Log(2 * Math.PI) + 0.5 + ((x - y) * (x - y) / Math.Exp(0.5))))).Within(1e-14));
        Assert.That(Losses.CrossEntropy(Tensor.From(new double[,] { { 0, 0 }, { 1, 3 } }), Tensor.From<long>([0, 1])).Item(),
            Is.EqualTo((Math.Log(2) + Math.Log(1 + Math.Exp(-2))) / 2).Within(1e-14));
    });

    [Test]
    public void Huber_has_a_bounded_slope()
    {
        Tensor x = Of([-5, -0.5, 0.5, 5]).Variable();
        double[] slope = Autodiff.Gradient(Losses.Huber(x, Tensor.Zeros([4], DType.F64)), x).Read<double>();
        Assert.That(slope, Is.EqualTo(new[] { -0.25, -0.125, 0.125, 0.25 }));
    }

    [Test]
    public void Logits_far_out_stay_finite()
    {
        Tensor x = Of([-1000, 1000]).Variable(), loss = Losses.BinaryCrossEntropyWithLogits(x, Of([0, 1]));
        Assert.That(loss.Item(), Is.Zero);
        Assert.That(Autodiff.Gradient(loss, x).Read<double>(), Has.All.EqualTo(0));
    }

    [Test]
    public void Shapes_that_would_broadcast_are_refused()
    {
        Tensor column = Tensor.Ones([4, 1]), row = Tensor.Ones([4]);
        Assert.That(() => Losses.MeanSquaredError(column, row), Throws.TypeOf<ShapeException>());
        Assert.That(() => Losses.Huber(column, row), Throws.TypeOf<ShapeException>());
        Assert.That(() => Losses.BinaryCrossEntropyWithLogits(column, row), Throws.TypeOf<ShapeException>());
        Assert.That(() => Losses.GaussianNegativeLogLikelihood(row, column, row), Throws.TypeOf<ShapeException>());
        Assert.That(() => Losses.Huber(row, row, 0), Throws.TypeOf<SettingException>());
    }
}
