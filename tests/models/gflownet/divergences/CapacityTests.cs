using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;


/// <summary>
/// A model that cannot be the target ends where its divergence is least, and at no other's minimiser: one Gaussian on a lattice against four modes (f-trajectory-balance specification, section 5, E2).
/// The expected gradient of the loss is followed by Adam, D_f itself is minimised by quasi-Newton steps.
/// </summary>
sealed class CapacityTests
{
    const int Side = 16, Steps = 2500;
    const double Rate = 0.1, Floor = 1e-4;

    /// <summary>Modes that overlap: each divergence has one minimiser of its own.</summary>
    static readonly (double X, double Y, double Deviation, double Weight)[] near = [(3.5, 4, 1.5, 0.35), (12, 4.5, 2, 0.25), (4, 12, 1.8, 0.2), (11, 11, 2.2, 0.2)];

    /// <summary>Modes with next to nothing between them: one can be had, or all with what lies between.</summary>
    static readonly (double X, double Y, double Deviation, double Weight)[] apart = [(3, 3, 0.9, 0.4), (12, 4, 1.3, 0.25), (4, 12, 1.1, 0.2), (11, 11, 1.6, 0.15)];

    [Test]
    public void FTrajectoryBalanceEndsAtTheMinimiserOfItsOwnDivergence()
    {
        var found = new List<(DivergenceFormula Formula, double[] Model, double[] Direct)>();
        foreach (DivergenceFormula formula in DivergenceFormula.Smooth)
        {
            (double[] byLoss, double least) = Best(near, formula, static (model, formula) => model.FollowLoss(formula));
            (double[] direct, double leastDirect) = Best(near, formula, static (model, formula) => model.Minimise(formula));
            TestContext.Out.WriteLine($"{formula,-15} D_f {least:F6} and {leastDirect:F6}, mean ({byLoss[0]:F3}, {byLoss[1]:F3}), deviation ({Math.Exp(byLoss[2]):F3}, {Math.Exp(byLoss[3]):F3}), "
                + $"apart {Apart(byLoss, direct):G3}");
            found.Add((formula, byLoss, direct));
        }

        double own = found.Max(static one => Apart(one.Model, one.Direct)), other = double.PositiveInfinity;
        foreach (var (formula, model, _) in found)
        {
            foreach (var (second, _, direct) in found)
            {
                if (formula != second) other = Math.Min(other, Apart(model, direct));
            }
        }

        TestContext.Out.WriteLine($"total variation from the own minimiser at most {own:G3}, from others at least {other:G3}");
        Assert.That(own, Is.LessThan(1e-5));
        Assert.That(other, Is.GreaterThan(1e-3));
    }

    [Test]
    public void TheForwardDivergenceCoversTheModesAndPearsonSeeksOne()
    {
        double Deviation(string name)
        {
            var (best, _) = Best(apart, DivergenceFormula.Smooth.Single(one => one.Name == name), static (model, formula) => model.FollowLoss(formula));
            return Math.Exp((best[2] + best[3]) / 2);
        }

        Assert.That(Deviation("forward-kl"), Is.GreaterThan(3));
        Assert.That(Deviation("pearson"), Is.LessThan(1.5));
    }

    // The best end of several starts: wide in the middle, and on each mode.
    static (double[] Parameters, double Least) Best((double X, double Y, double Deviation, double Weight)[] modes, DivergenceFormula formula, Action<Lattice, DivergenceFormula> minimise)
    {
        (double[] Parameters, double Least) best = ([], double.PositiveInfinity);
        foreach (double[] start in (double[][])[[7.5, 7.5, 1.3, 1.3], .. modes.Select(static mode => (double[])[mode.X, mode.Y, 0.3, 0.3])])
        {
            var model = new Lattice(modes, start);
            minimise(model, formula);
            double value = model.Divergence(formula).Detach().Item();
            if (value < best.Least) best = (model.Parameters.Values[0].Detach().Read<double>(), value);
        }

        return best;
    }

    /// <summary>Total variation between two models.</summary>
    static double Apart(double[] first, double[] second)
    {
        using var pause = Autodiff.Pause();
        return 0.5 * (new Lattice(near, first).LogProbabilities().Exp() - new Lattice(near, second).LogProbabilities().Exp()).Abs().Sum().Item();
    }

    /// <summary>exp(-(x - μ)²/2σ²) along both coordinates, normalised over the lattice, against the mixture of the modes.</summary>
    sealed class Lattice : Module
    {
        readonly Tensor logTarget;
        readonly Tensor places = Tensor.Range(Side, dtype: DType.F64);
        readonly Parameter shape;

        public Lattice((double X, double Y, double Deviation, double Weight)[] modes, double[] start)
        {
            double[] masses =
            [
                .. from y in Enumerable.Range(0, Side) from x in Enumerable.Range(0, Side) select Floor + modes.Sum(mode => Bump(x - mode.X, y - mode.Y, mode.Deviation, mode.Weight)),
            ];
            double total = masses.Sum();
            logTarget = Tensor.From([.. masses.Select(mass => Math.Log(mass / total))]);
            shape = Add("shape", [4], (_, _, _) => Tensor.From(start));
            Parameters = new ParameterSet(this, Key.FromSeed(0), DType.F64);
        }

        public new ParameterSet Parameters { get; }

        public Tensor LogProbabilities()
        {
            Tensor x = Along(0), y = Along(1);
            return (y.Unsqueeze(1) + x.Unsqueeze(0)).Reshape(Side * Side);
        }

        public Tensor Divergence(DivergenceFormula formula)
        {
            Tensor logP = LogProbabilities();
            return (logTarget.Exp() * formula.Generator((logP - logTarget).Exp())).Sum();
        }

        /// <summary>Adam on the gradient that samples of the model would have on average.</summary>
        public void FollowLoss(DivergenceFormula formula)
        {
            FDivergence divergence = formula.Make();
            var optimizer = new Adam(Parameters, Rate);
            Plan plan = Plan.Record(() =>
            {
                Tensor logP = LogProbabilities(), fixedP = logP.Detach();
                optimizer.Update((fixedP.Exp() * divergence.Slope(fixedP - logTarget) * logP).Sum());
                return logP;
            });
            for (int i = 1; i < Steps; i++)
            {
                optimizer.LearningRate.Write(Rate * 0.5 * (1 + Math.Cos(Math.PI * i / Steps)));
                plan.Run();
            }
        }

        /// <summary>Quasi-Newton steps on D_f itself.</summary>
        public void Minimise(DivergenceFormula formula)
        {
            var optimizer = new LBfgs(Parameters, iterationsPerStep: 300, gradientTolerance: 1e-10, changeTolerance: 1e-15);
            optimizer.Step(() => Divergence(formula));
        }

        static double Bump(double dx, double dy, double deviation, double weight) =>
            weight / (2 * Math.PI * deviation * deviation) * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * deviation * deviation));

        Tensor Along(int axis)
        {
            Tensor mean = shape.Value.Slice(0, axis, axis + 1), logDeviation = shape.Value.Slice(0, axis + 2, axis + 3);
            return ((places - mean).Square() * -0.5 * (logDeviation * -2).Exp()).LogSoftmax();
        }
    }
}
