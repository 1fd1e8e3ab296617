using NUnit.Framework;

namespace Adjoint.Tests;

sealed class OdeSolverTests
{
    // dx/dt = x cos t with x(0) = c has the solution c exp(sin t).
    static Tensor Field(double t, Tensor x) => x * Math.Cos(t);

    static Tensor Start => Tensor.From<double>([1, -0.5, 2], [3]);

    static double ErrorOf(OdeSolver solver, double end)
    {
        double[] reached = solver.Integrate(Field, Start, 0, end).Read<double>(), start = Start.Read<double>();
        return reached.Select((value, i) => Math.Abs(value - (start[i] * Math.Exp(Math.Sin(end))))).Max();
    }

    [TestCase("euler", 1, 1)]
    [TestCase("midpoint", 2, 2)]
    [TestCase("heun", 2, 2)]
    [TestCase("heun3", 3, 3)]
    [TestCase("rk4", 4, 4)]
    public void HalvingTheStepDividesTheErrorByTwoToTheOrder(string name, int order, int evaluationsPerStep)
    {
        OdeSolver coarse = OdeSolver.Parse(name, 40, 0), fine = OdeSolver.Parse(name, 80, 0);
        Assert.That(Math.Log2(ErrorOf(coarse, 2) / ErrorOf(fine, 2)), Is.EqualTo(order).Within(0.15));
        Assert.That((coarse.Evaluations, fine.Evaluations), Is.EqualTo((40 * evaluationsPerStep, 80 * evaluationsPerStep)));
    }

    [Test]
    public void TheAdaptiveSolverMeetsItsToleranceAndCountsItsEvaluations()
    {
        int last = 0;
        foreach (double tolerance in (double[])[1e-3, 1e-5, 1e-7, 1e-9])
        {
            OdeSolver solver = OdeSolver.Parse("dopri5", 1, tolerance);
            int calls = 0;
            double[] reached = solver.Integrate(
                (t, x) =>
                {
                    calls++;
                    return Field(t, x);
                },
                Start,
                0,
                3).Read<double>();
            Assert.That(Math.Abs(reached[2] - (2 * Math.Exp(Math.Sin(3)))), Is.LessThan(30 * tolerance));
            Assert.That(solver.Evaluations, Is.EqualTo(calls).And.GreaterThan(last).And.LessThan(600));

            // Two to choose the first step, then six a step: the last stage is the next step's first.
            Assert.That((calls - 2) % 6, Is.Zero);
            last = calls;
        }
    }

    [TestCase("rk4", 1e-6)]
    [TestCase("dopri5", 1e-7)]
    public void GoingBackReturnsToTheStart(string name, double within)
    {
        OdeSolver solver = OdeSolver.Parse(name, 100, 1e-9);
        Tensor end = solver.Integrate(Field, Start, 0, 2);
        Assert.That(solver.Integrate(Field, end, 2, 0).Read<double>(), Is.EqualTo(Start.Read<double>()).Within(within));
        Assert.That(solver.Integrate(Field, end, 2, 2).Read<double>(), Is.EqualTo(end.Read<double>()).Within(1e-15));
    }

    [Test]
    public void AFieldThatGivesNaNEndsTheIntegrationWithATypedError() =>
        Assert.Throws<SolverException>(() => OdeSolver.Parse("dopri5", 1, 1e-5).Integrate((_, x) => x * double.NaN, Start));

    [Test]
    public void UnknownSolversAndEmptyStepsAreTypedErrors()
    {
        Assert.Throws<SettingException>(() => OdeSolver.Parse("rk5", 10, 1e-5));
        Assert.Throws<SettingException>(() => OdeSolver.Parse("euler", 0, 1e-5));
        Assert.Throws<SettingException>(() => OdeSolver.Parse("dopri5", 1, 0));
    }
}
