using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Laws of the treatment against formulas and frequencies.</summary>
sealed class TreatmentLawTests
{
    [Test]
    public void TheMixtureLossIsTheLogarithmOfTheDensity()
    {
        double[] logits = [0.2, -1], means = [0.5, -2], scales = [0.4, 1.5];
        var law = new MixtureLaw(2);
        Tensor description = Tensor.From<double>([.. logits, .. means, .. scales.Select(static one => Math.Log(one))], [1, 6]);
        double total = logits.Sum(Math.Exp), density = 0;
        for (int k = 0; k < 2; k++)
            density += Math.Exp(logits[k]) / total * Math.Exp(-0.5 * Math.Pow((0.1 - means[k]) / scales[k], 2)) / (scales[k] * Math.Sqrt(2 * Math.PI));
        Assert.That(law.Loss(description, Tensor.From<double>([0.1], [1])).Item(), Is.EqualTo(-Math.Log(density)).Within(1e-12));

        // Means over the law as a sum: exact for a polynomial, here p² of mean Σ π (μ² + σ²).
        var (values, weights) = law.Nodes(description);
        double second = 0;
        for (int k = 0; k < 2; k++) second += Math.Exp(logits[k]) / total * ((means[k] * means[k]) + (scales[k] * scales[k]));
        Assert.That((weights * values.Square()).Sum().Item(), Is.EqualTo(second).Within(1e-12));
        Assert.That(weights.Sum().Item(), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void AFarPointGivesABoundedGradientAndACollapsedComponentAFiniteLoss()
    {
        var law = new MixtureLaw(1);
        Tensor far = Tensor.From<double>([0, 0, 0, 0, 0, -3], [2, 3]).Variable();
        Tensor loss = law.Loss(far, Tensor.From<double>([1, 50], [2]));
        Assert.That(Autodiff.Gradient(loss, far).Read<double>(), Is.All.InRange(-0.5, 0.5), "one, through the two rows");
        Tensor collapsed = Tensor.From<double>([0, 1, -400], [1, 3]);
        Assert.That(law.Loss(collapsed, Tensor.From<double>([1], [1])).Item(), Is.EqualTo((0.5 * Math.Log(2 * Math.PI)) - 7).Within(1e-9));
    }

    [Test]
    public void CategoriesAreDrawnAndSummedByTheirProbabilities()
    {
        const int Draws = 40_000;
        Tensor values = Tensor.From<float>([-1, 0, 2], [3]);
        var law = new CategoricalLaw(values);
        Tensor logits = Tensor.From<float>([MathF.Log(0.2f), MathF.Log(0.5f), MathF.Log(0.3f)], [1, 3]);
        float[] drawn = law.Draw(logits.Expand([Draws, 3]), new Generator(Key.FromSeed(4))).Read<float>();
        Assert.That(drawn.Count(value => value == 0) / (double)Draws, Is.EqualTo(0.5).Within(0.01));
        Assert.That(drawn.Count(value => value == 2) / (double)Draws, Is.EqualTo(0.3).Within(0.01));
        Assert.That(law.Mean(logits).Item(), Is.EqualTo(0.4).Within(1e-6));
        Assert.That(law.Loss(logits, Tensor.From<float>([2], [1])).Item(), Is.EqualTo(-Math.Log(0.3)).Within(1e-6));
        Assert.That(law.Nodes(logits).Weights.Read<float>(), Is.EqualTo((float[])[0.2f, 0.5f, 0.3f]).Within(1e-6f));
    }
}
