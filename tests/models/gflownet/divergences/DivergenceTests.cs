using Adjoint.Models;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;


/// <summary>Losses of f-divergences, their slopes and the constants of batches, against the table of the f-trajectory-balance specification, section 3.4.</summary>
sealed class DivergenceTests
{
    static readonly double[] ratios = [-6, -2.5, -1, -0.3, -1e-3, 0, 1e-4, 0.2, 0.9, 2.1, 5];

    /// <summary>What a batch may look like: close together, far apart, far from zero.</summary>
    static readonly double[][] batches =
    [
        [0.3, -0.2, 0.1, 0.05, -0.6], [1, 2, -3, 0.5, 0.25, -1.75, 2.5, 0], [-40.2, -41, -38.7, -40.5, -39.9, -42, -40.3], [7.5],
    ];

    static IEnumerable<DivergenceFormula> Smooth => DivergenceFormula.Smooth;

    static IEnumerable<DivergenceFormula> All => DivergenceFormula.All;

    [Test]
    public void EveryNameHasARowOfTheTable()
    {
        Assert.That(DivergenceFormula.All.Select(static one => one.Name).Distinct(), Is.EquivalentTo(DivergenceTable.Names));
        Assert.That(() => DivergenceTable.Make("wasserstein"), Throws.TypeOf<SettingException>().With.Message.Contains("jensen-shannon"));
    }

    [TestCaseSource(nameof(All))]
    public void ValuesAndSlopesAreThoseOfTheTable(DivergenceFormula formula)
    {
        FDivergence divergence = formula.Make();
        Tensor x = Tensor.From(ratios);
        double[] values = divergence.Value(x).Read<double>(), slopes = divergence.Slope(x).Read<double>();
        for (int i = 0; i < ratios.Length; i++)
        {
            double scale = Math.Max(1, Math.Abs(formula.Loss(ratios[i])));
            Assert.That(values[i], Is.EqualTo(formula.Loss(ratios[i])).Within(1e-13 * scale * (formula.Alpha is null ? 1 : 1 / Math.Max(1e-3, Math.Pow(formula.Alpha.Value - 1, 2)))), $"L({ratios[i]})");
            Assert.That(slopes[i], Is.EqualTo(formula.Slope(ratios[i])).Within(1e-13 * Math.Max(1, Math.Abs(formula.Slope(ratios[i])))), $"L'({ratios[i]})");
        }
    }

    /// <summary>The definition, L'(δ) = f'(e^δ) - f'(1), with f' by the engine's derivative of f.</summary>
    [TestCaseSource(nameof(Smooth))]
    public void SlopesAreDefinedByTheGenerator(DivergenceFormula formula)
    {
        Tensor u = Tensor.From(ratios).Exp().Variable(), one = Tensor.Ones([1], DType.F64).Variable();
        double[] slopes = Autodiff.Gradient(formula.Generator(u).Sum(), u).Read<double>();
        Tensor first = Autodiff.Gradient(formula.Generator(one).Sum(), one, keepGraph: true);
        double[] found = formula.Make().Slope(Tensor.From(ratios)).Read<double>();
        Assert.That(formula.Generator(one).Detach().Item(), Is.EqualTo(0).Within(1e-15), "f(1)");
        Assert.That(Autodiff.Gradient(first.Sum(), one).Item(), Is.EqualTo(1).Within(1e-13), "f''(1)");
        for (int i = 0; i < ratios.Length; i++)
        {
            double expected = slopes[i] - first.Detach().Item();
            Assert.That(found[i], Is.EqualTo(expected).Within(1e-11 * Math.Max(1, Math.Abs(expected))), $"L'({ratios[i]})");
        }
    }

    [TestCaseSource(nameof(Smooth))]
    public void SlopesAreDerivativesOfValuesWithCurvatureOneAtZero(DivergenceFormula formula)
    {
        FDivergence divergence = formula.Make();
        const double h = 1e-5;
        Tensor x = Tensor.From(ratios[1..^1]);
        double[] above = divergence.Value(x + h).Read<double>(), below = divergence.Value(x - h).Read<double>(), slopes = divergence.Slope(x).Read<double>();
        for (int i = 0; i < slopes.Length; i++)
            Assert.That(slopes[i], Is.EqualTo((above[i] - below[i]) / (2 * h)).Within(2e-9 * Math.Max(1, Math.Abs(slopes[i]))), $"at {ratios[i + 1]}");
        double[] curvature = divergence.Slope(Tensor.From([h, -h])).Read<double>();
        Assert.That((curvature[0] - curvature[1]) / (2 * h), Is.EqualTo(1).Within(1e-9), "L''(0)");

        // The loss hands on the slope, in reverse and in forward mode, and its own derivative again.
        Tensor variable = x.Variable();
        double[] gradient = Autodiff.Gradient(divergence.Loss(variable), variable).Read<double>();
        Assert.That(gradient, Is.EqualTo(slopes.Select(slope => slope / slopes.Length)).Within(1e-14));
        double tangent = Autodiff.Jvp([divergence.Loss(variable)], [variable], [Tensor.Ones(x.Shape, DType.F64)])[0].Item();
        Assert.That(tangent, Is.EqualTo(slopes.Average()).Within(1e-13 * Math.Max(1, Math.Abs(slopes.Average()))));
    }

    [Test]
    public void TheJensenShannonLossIsADilogarithm()
    {
        FDivergence divergence = DivergenceTable.Make("jensen-shannon", type: DType.F64);
        double[] points = [.. Enumerable.Range(-120, 241).Select(static i => i / 4.0)];
        double[] values = divergence.Value(Tensor.From(points)).Read<double>();
        for (int i = 0; i < points.Length; i++)
        {
            double d = points[i], expected = 2 * ((d * Math.Log(2)) - (Math.PI * Math.PI / 12) - SpecialFunctions.Dilogarithm(-Math.Exp(-d)));
            Assert.That(values[i], Is.EqualTo(expected).Within(2e-13 * Math.Max(1, expected)), $"L({d})");
        }
    }

    /// <summary>§3.5: the best constant of a batch is where slopes add up to zero; the α family has it in closed form.</summary>
    [TestCaseSource(nameof(All))]
    public void ConstantsOfBatchesAreWhereSlopesAddUpToZero(DivergenceFormula formula)
    {
        FDivergence divergence = formula.Make();
        foreach (double[] batch in batches)
        {
            double found = divergence.Constant(Tensor.From(batch)).Item();
            double slope = batch.Sum(ratio => formula.Slope(ratio + found)), size = batch.Sum(ratio => Math.Abs(formula.Slope(ratio + found)));
            string name = $"batch [{string.Join(", ", batch)}]";
            Assert.That(slope, Is.EqualTo(0).Within(1e-9 * Math.Max(1, size)), name);
            Assert.That(found, Is.EqualTo(formula.Constant(batch)).Within(1e-11 * Math.Max(1, Math.Abs(found))), name);
            if (formula.Alpha is { } alpha) Assert.That(found, Is.EqualTo(ClosedForm(alpha, batch)).Within(1e-11 * Math.Max(1, Math.Abs(found))), name);
        }
    }

    /// <summary>§3.5: with averages over the model, C = log Z - Rényi_α(p ‖ q), and the gradient of the loss with that constant is 1/α of Rényi's.</summary>
    [TestCase(0.25)]
    [TestCase(0.5)]
    [TestCase(0.75)]
    [TestCase(1.2)]
    [TestCase(2)]
    public void TheBatchConstantMakesTheGradientThatOfRenyi(double alpha)
    {
        // A batch in which every object occurs as often as the model draws it is the model's average.
        int[] counts = [1, 2, 3, 4, 5, 5];
        double[] reward = [0.5, 3, 0.2, 1, 4, 0.7];
        double total = counts.Sum(), z = reward.Sum();
        long[] draws = [.. counts.SelectMany(static (count, i) => Enumerable.Repeat((long)i, count))];
        Tensor logits = Tensor.From<double>([.. counts.Select(count => Math.Log(count))]).Variable(), logReward = Tensor.From<double>([.. reward.Select(r => Math.Log(r))]);
        Tensor logP = logits.LogSoftmax(), logQ = logReward - Math.Log(z);
        Tensor renyi = ((logP * alpha) + (logQ * (1 - alpha))).LogSumExp() / (alpha - 1);
        var divergence = new AlphaDivergence(alpha, DType.F64);
        Tensor ratios = (logP - logReward).Select(0, Tensor.From(draws));
        double constant = divergence.Constant(ratios.Detach()).Item();
        Assert.That(constant, Is.EqualTo(Math.Log(z) - renyi.Detach().Item()).Within(1e-12));
        double[] found = Autodiff.Gradient(divergence.Loss(ratios + constant), logits, keepGraph: true).Detach().Read<double>();
        double[] expected = Autodiff.Gradient(renyi / alpha, logits).Read<double>();
        Assert.That(found, Is.EqualTo(expected).Within(1e-12));
        Assert.That(expected.Max(Math.Abs), Is.GreaterThan(0.01));
        Assert.That(total, Is.EqualTo(draws.Length));
    }

    /// <summary>§3.7: the loss L(βΔ)/β has the slope L'(βΔ), which does not grow as β shrinks; with α = 1 it is Kimi's (βΔ)²/2β.</summary>
    [TestCase(1)]
    [TestCase(0.5)]
    [TestCase(0.005)]
    public void TemperedLossesHaveTheSlopeOfTemperedRatios(double beta)
    {
        double[] logForward = [-3.5, -120, -0.25, 60, 33];
        TrajectoryTerms Terms(Tensor variable) => new(
            Tensor.Ones([1, logForward.Length], DType.Bool), variable.Reshape([1, logForward.Length]), Tensor.Zeros([1, logForward.Length], DType.F64), Tensor.Zeros([logForward.Length], DType.F64))
        {
            LogZ = Tensor.From([0.7]),
        };

        foreach (DivergenceFormula formula in DivergenceFormula.All)
        {
            // Beyond exponents of thirty the losses are straight on purpose.
            if (beta > 0.01 && formula.Name is not ("reverse-kl" or "jensen-shannon")) continue;
            foreach (bool learnsLogZ in (bool[])[true, false])
            {
                Tensor variable = Tensor.From(logForward).Variable();
                Tensor loss = new DivergenceBalance(formula.Make(), learnsLogZ, beta).Loss(Terms(variable));
                double[] tempered = [.. logForward.Select(x => beta * x)];
                double constant = learnsLogZ ? beta * 0.7 : formula.Constant(tempered);
                Assert.That(loss.Detach().Item(), Is.EqualTo(tempered.Average(ratio => formula.Loss(ratio + constant)) / beta).Within(1e-9), $"{formula}, constant {learnsLogZ}");
                double[] expected = [.. tempered.Select(ratio => formula.Slope(ratio + constant) / tempered.Length)];
                if (formula.Name == DivergenceFormula.TotalVariation.Name && !learnsLogZ) continue;
                Assert.That(Autodiff.Gradient(loss, variable).Read<double>(), Is.EqualTo(expected).Within(1e-10), $"{formula}, constant {learnsLogZ}");
            }
        }
    }

    /// <summary>Ratios of a hundred overflow every exponential in f32; losses, slopes, constants and gradients stay numbers, with the right sign.</summary>
    [TestCaseSource(nameof(All))]
    public void RatiosOfAHundredStayFiniteInF32(DivergenceFormula formula)
    {
        FDivergence divergence = formula.Make(DType.F32);
        Tensor far = Tensor.From<float>([-100, -60, -31, 0, 31, 60, 100]).Variable();
        float[] values = divergence.Value(far).Detach().Read<float>(), slopes = divergence.Slope(far).Detach().Read<float>();
        Assert.That(values, Has.All.Matches<float>(float.IsFinite).And.All.GreaterThanOrEqualTo(-1e-5));
        Assert.That(slopes, Has.All.Matches<float>(float.IsFinite));
        for (int i = 1; i < slopes.Length; i++) Assert.That(slopes[i], Is.GreaterThanOrEqualTo(slopes[i - 1]), "slopes rise");
        Assert.That(slopes[0], Is.Negative);
        Assert.That(slopes[^1], Is.Positive);
        Assert.That(Autodiff.Gradient(divergence.Loss(far), far).Read<float>(), Has.All.Matches<float>(float.IsFinite));
        Assert.That(double.IsFinite(divergence.Constant(far.Detach()).Item()));
        Assert.That(Math.Abs(divergence.Constant(far.Detach()).Item()), Is.LessThan(101));
    }

    /// <summary>§3.4: near 1 the family goes over into trajectory balance without a jump, and α may be written between two runs of a plan.</summary>
    [Test]
    public void AlphaMayBeAnnealedThroughOneInsideAPlan()
    {
        var divergence = new AlphaDivergence(0.75, DType.F64);
        Tensor x = Tensor.From(ratios[1..^1]);
        Plan plan = Plan.Record(() => (Tensor[])[divergence.Value(x), divergence.Slope(x), divergence.Constant(x).Reshape([1])]);
        foreach (double alpha in (double[])[0.75, 0.9, 0.999, 0.9999, 1, 1.0001, 1.001, 1.2])
        {
            divergence.Alpha.Write(alpha);
            plan.Run();
            DivergenceFormula formula = alpha == 1 ? DivergenceFormula.Smooth.Single(static one => one.Name == "reverse-kl") : DivergenceFormula.Family(alpha);

            // Where the limit stands for the formula they differ by the distance from 1.
            double tolerance = Math.Abs(alpha - 1) < 1.5e-3 ? 1e-2 : 1e-11;
            double[] values = plan.Outputs[0].Read<double>(), slopes = plan.Outputs[1].Read<double>();
            for (int i = 0; i < values.Length; i++)
            {
                Assert.That(values[i], Is.EqualTo(formula.Loss(ratios[i + 1])).Within(tolerance), $"α {alpha}, L({ratios[i + 1]})");
                Assert.That(slopes[i], Is.EqualTo(formula.Slope(ratios[i + 1])).Within(tolerance), $"α {alpha}, L'({ratios[i + 1]})");
            }

            Assert.That(plan.Outputs[2].Item(), Is.EqualTo(ClosedForm(alpha, ratios[1..^1])).Within(tolerance), $"α {alpha}");
        }
    }

    static double ClosedForm(double alpha, double[] batch) =>
        alpha == 1 ? -batch.Average() : -Math.Log(batch.Average(ratio => Math.Exp((alpha - 1) * (ratio - batch[0])))) / (alpha - 1) - batch[0];
}
