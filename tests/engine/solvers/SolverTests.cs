using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Solvers inside plans, between their times, over several tensors, and their errors.</summary>
[TestFixture]
public sealed class SolverTests
{
    // dx/dt = v, dv/dt = -x: the circle.
    static Tensor[] Circle(double t, Tensor[] state) => [state[1], -state[0]];

    static Tensor[] Start => [Tensor.From<double>([1, 0], [2]), Tensor.From<double>([0, 2], [2])];

    [TestCase("dopri5", 1e-8, 1e-6)]
    [TestCase("tsit5", 1e-8, 1e-5)]
    [TestCase("rk4", 0, 1e-4)]
    public void States_between_the_ends_lie_on_the_solution(string name, double tolerance, double within)
    {
        double[] times = [0, 0.1, 0.5, 0.5, 1.7, 3, 3.5];
        Tensor[][] states = OdeSolver.Parse(name, 20, tolerance).SolveAt(Circle, Start, times);
        for (int i = 0; i < times.Length; i++)
        {
            var (sin, cos) = Math.SinCos(times[i]);
            Assert.That(states[i][0].Read<double>(), Is.EqualTo(new[] { cos, 2 * sin }).Within(within), $"t = {times[i]}");
            Assert.That(states[i][1].Read<double>(), Is.EqualTo(new[] { -sin, 2 * cos }).Within(within));
        }
    }

    [Test]
    public void Interpolation_does_not_change_the_steps()
    {
        OdeSolver plain = OdeSolver.Parse("dopri5", 1, 1e-6), dense = OdeSolver.Parse("dopri5", 1, 1e-6);
        Tensor end = plain.Solve(Circle, Start, 0, 4)[0], same = dense.SolveAt(Circle, Start, [0, 1, 2, 3, 4])[^1][0];
        Assert.That(same.Read<double>(), Is.EqualTo(end.Read<double>()));
        Assert.That(dense.Evaluations, Is.EqualTo(plain.Evaluations));
    }

    [Test]
    public void A_plan_replays_a_solution_and_its_gradient_to_the_bit()
    {
        Tensor x = Tensor.From<double>([0.3, -1, 2], [3]).Keep();
        var solver = new FixedStep(OdeMethod.Heun3, 7);
        Tensor[] Step()
        {
            Tensor variable = x.Variable(), end = solver.Solve((t, y) => y.Sin() * (1 + t), variable);
            return [end, Autodiff.Gradient(end.Square().Sum(), variable)];
        }

        Plan plan = Plan.Record(Step);
        x.Write<double>([1, 2, -0.4]);
        plan.Run();
        Tensor[] eager = Step();
        for (int i = 0; i < eager.Length; i++) Assert.That(plan.Outputs[i].Read<double>(), Is.EqualTo(eager[i].Read<double>()));
    }

    [Test]
    public void What_looks_at_values_says_so_inside_plans()
    {
        Tensor x = Tensor.Ones([2, 2], DType.F64).Keep();
        Assert.Throws<PlanException>(() => Plan.Record(() => OdeSolver.Parse("tsit5", 1, 1e-5).Solve((_, y) => -y, x)));
        Assert.Throws<PlanException>(() => Plan.Record(() => LinearAssignment.Solve(x).Columns));
        Assert.Throws<PlanException>(() => Plan.Record(() => Sinkhorn.Converge(x, 1).Plan));
        Assert.Throws<SolverException>(() => Sinkhorn.Converge(Tensor.From<double>([0, 9, 3, 0], [2, 2]), 1e-3, 1e-12, 2, Tensor.From([0.9, 0.1])));
        Assert.Throws<SolverException>(() => LinearAssignment.Solve(x * double.NaN));
        Assert.Throws<SolverException>(() => Roots.Brent(y => (y * y) + 1, -1, 1));
    }

    [Test]
    public void Bisection_and_transport_replay_in_plans()
    {
        Tensor level = Tensor.From<double>([1, 2, 3], [3]).Keep(), cost = Tensor.From<double>([1, 2, 3, 4, 0, 1], [2, 3]).Keep();
        Tensor[] Step() => [Roots.Bisect(x => x.Square() - level, level * 0, level + 1), Sinkhorn.Solve(cost, 0.5, 20).Plan, Sinkhorn.Value(cost, 0.5, 20)];
        Plan plan = Plan.Record(Step);
        level.Write<double>([4, 5, 0.25]);
        cost.Write<double>([0, 1, 0.5, 2, 2, 1]);
        plan.Run();
        Tensor[] eager = Step();
        for (int i = 0; i < eager.Length; i++) Assert.That(plan.Outputs[i].Read<double>(), Is.EqualTo(eager[i].Read<double>()));
        Assert.That(eager[0].Read<double>(), Is.EqualTo(new[] { 2, Math.Sqrt(5), 0.5 }).Within(1e-12));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void The_likelihood_of_the_exact_gaussian_flow_is_the_normal_density(bool estimated)
    {
        // dx/dt = slope·(x - m t) + m carries N(0, 1) to N(m, s²) for this slope.
        const double Mean = 0.7, Deviation = 0.4;
        static Tensor Velocity(double t, Tensor x)
        {
            double rest = 1 - t, slope = ((t * Deviation * Deviation) - rest) / ((t * t * Deviation * Deviation) + (rest * rest));
            return ((x - (t * Mean)) * slope) + Mean;
        }

        Tensor x = Tensor.From<double>([0.5, 0.9, -0.2, 1.4, 0.7, 0.7], [3, 2]), probe = new Generator(Key.FromSeed(1)).Rademacher([3, 2], DType.F64);
        var (source, density) = FlowLikelihood.Of(OdeSolver.Parse("dopri5", 1, 1e-9), Velocity, x, FlowLikelihood.StandardNormal, estimated ? probe : null);
        Tensor z = (x - Mean) / Deviation;
        Assert.That(source.Read<double>(), Is.EqualTo(z.Read<double>()).Within(1e-6));
        Assert.That(density.Read<double>(), Is.EqualTo((FlowLikelihood.StandardNormal(z) - (2 * Math.Log(Deviation))).Read<double>()).Within(1e-6));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void The_likelihood_of_a_network_has_a_gradient_by_its_weights(bool estimated)
    {
        var generator = new Generator(Key.FromSeed(5));
        Tensor first = generator.Normal([2, 6], DType.F64), second = generator.Normal([6, 2], DType.F64), x = generator.Normal([4, 2], DType.F64), direction = generator.Normal([2, 6], DType.F64);
        Tensor? probe = estimated ? generator.Rademacher([4, 2], DType.F64) : null;
        Tensor Loss(Tensor weight) => -FlowLikelihood.Of(
            new FixedStep(OdeMethod.Midpoint, 4), (t, y) => (y.MatMul(weight) + t).Tanh().MatMul(second), x, FlowLikelihood.StandardNormal, probe).LogDensity.Mean();
        double slope = (Autodiff.Grad(Loss)(first) * direction).Sum().Item();
        double difference = (Loss(first + (direction * 1e-5)).Item() - Loss(first - (direction * 1e-5)).Item()) / 2e-5;
        Assert.That(slope, Is.EqualTo(difference).Within(1e-7));
    }
}
