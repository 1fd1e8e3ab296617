using Adjoint.Tests.Ops;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>What holds of solvers and of derivatives of many samples, on random problems. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class SolverProperties
{
    static readonly Gen<int> Seeds = Gen.Int[0, 1 << 20];

    static Tensor Noise(int seed, params int[] shape) => new Generator(Key.FromSeed(seed)).Normal(Shape.Create(shape), DType.F64);

    static bool Close(Tensor x, Tensor y, double tolerance) => x.Shape == y.Shape && (x - y).Abs().Max().Item() <= tolerance * (1 + y.Abs().Max().Item());

    static Tensor Tanh(double t, Tensor x, Tensor[] p) => x.MatMul(p[0]).Tanh().MatMul(p[1]) + (p[2] * Math.Cos(t));

    static Tensor[] Network(int seed) => [Noise(seed, 3, 5), Noise(seed + 1, 5, 3) * 0.5, Noise(seed + 2, 3)];

    [Test]
    public void Every_rule_has_its_order([ValueSource(typeof(OdeMethod), nameof(OdeMethod.All))] OdeMethod method) => Gen.Double[0.5, 2].Sample(rate =>
    {
        // Logistic growth from 0.1, by dx/dt = rate·x·(1 - x).
        Tensor x = Tensor.From<double>([0.1], [1]);
        double Error(int steps) => Math.Abs(new FixedStep(method, steps).Integrate((t, y) => y * (1 - y) * rate, x, 0, 2).Item() - (1 / (1 + (9 * Math.Exp(-2 * rate)))));
        int steps = method.Order > 3 ? 12 : 100;
        return Math.Log2(Error(steps) / Error(2 * steps)) > method.Order - 0.3;
    }, iter: 8, threads: 1);

    [Test]
    public void Stages_of_every_rule_lie_at_their_nodes()
    {
        foreach (OdeMethod method in OdeMethod.All)
        {
            for (int i = 0; i < method.Nodes.Length; i++) Assert.That(method.Stages[i].Sum(), Is.EqualTo(method.Nodes[i]).Within(1e-14), $"{method.Name} {i}");
            Assert.That(method.Weights.Sum(), Is.EqualTo(1).Within(1e-14), method.Name);
            if (method.Error is { } error) Assert.That(error.Sum(), Is.Zero.Within(1e-14), method.Name);
        }
    }

    [Test]
    public void The_adjoint_gives_the_gradient_through_the_steps() => Seeds.Sample(seed =>
    {
        Tensor x = Noise(seed + 5, 4, 3).Variable();
        Tensor[] p = Array.ConvertAll(Network(seed), one => one.Variable());
        OdeSolver solver = new FixedStep(OdeMethod.RungeKutta4, 120);
        Tensor weights = Noise(seed + 6, 4, 3);
        Tensor[] steps = Autodiff.Gradients((solver.Solve((t, y) => Tanh(t, y, p), x) * weights).Sum(), [x, .. p]);
        Tensor[] adjoint = Autodiff.Gradients((OdeAdjoint.Solve(solver, Tanh, x, p) * weights).Sum(), [x, .. p]);
        return steps.Zip(adjoint).All(pair => Close(pair.First, pair.Second, 1e-6));
    }, iter: 6, threads: 1);

    [Test]
    public void Forward_mode_and_second_derivatives_of_the_adjoint_are_those_through_the_steps() => Seeds.Sample(seed =>
    {
        Tensor x = Noise(seed + 5, 2, 3);
        Tensor[] p = Network(seed);
        OdeSolver solver = new FixedStep(OdeMethod.RungeKutta4, 24);
        Tensor direction = Noise(seed + 7, 2, 3);
        Tensor Steps(Tensor y) => solver.Solve((t, state) => Tanh(t, state, p), y).Square().Sum();
        Tensor Adjoint(Tensor y) => OdeAdjoint.Solve(solver, Tanh, y, p).Square().Sum();
        return Close(Autodiff.Jvp(Adjoint, x, direction).Pushed, Autodiff.Jvp(Steps, x, direction).Pushed, 1e-5)
            && Close(Autodiff.Vjp(Autodiff.Grad(Adjoint), x, direction).Pulled, Autodiff.HessianVector(Steps, x, direction), 1e-4);
    }, iter: 3, threads: 1);

    [Test]
    public void Exact_divergence_is_the_trace_of_the_jacobian_and_hutchinsons_mean() => Seeds.Sample(seed =>
    {
        Tensor[] p = Network(seed);
        Tensor x = Noise(seed + 5, 4, 3), rows = Autodiff.PerSampleJacobian(y => Tanh(0, y, p), x);
        Tensor trace = (rows * Tensor.Eye(3, DType.F64)).Sum([1, 2]);
        var (value, exact) = Divergence.Exact(y => Tanh(0, y, p), x);

        // The mean over all eight sign vectors is the trace itself.
        Tensor sum = exact.ZerosLike();
        for (int signs = 0; signs < 8; signs++)
        {
            Tensor probe = Tensor.From<double>([(signs & 1) * 2 - 1, (signs & 2) - 1, ((signs & 4) / 2) - 1], [3]).Expand([4, 3]).Contiguous();
            sum += Divergence.Hutchinson(y => Tanh(0, y, p), x, probe).Divergence / 8;
        }

        return Close(exact, trace, 1e-12) && Close(sum, trace, 1e-12) && Close(value, Tanh(0, x, p), 1e-13);
    }, iter: 10, threads: 1);

    [Test]
    public void Hutchinson_is_exact_for_signs_where_the_jacobian_is_diagonal() => Seeds.Sample(seed =>
    {
        Tensor x = Noise(seed, 5, 4), probe = new Generator(Key.FromSeed(seed)).Rademacher([5, 4], DType.F64);
        return Close(Divergence.Hutchinson(y => y.Sin(), x, probe).Divergence, x.Cos().Sum(1), 1e-13) && probe.Square().Read<double>().All(one => one == 1);
    }, iter: 20);

    [Test]
    public void Small_assignments_are_those_of_brute_force() => Gen.Select(Gen.Int[1, 6], Gen.Int[1, 7], Seeds, Gen.Bool).Sample((rows, columns, seed, maximise) =>
    {
        // Whole numbers, so that there are ties.
        Tensor cost = (Noise(seed, rows, columns) * 3).Round();
        Assignment found = LinearAssignment.Solve(cost, maximise);
        double[] costs = cost.Read<double>();
        double Best(int row, int taken, int left)
        {
            if (left == 0) return 0;
            if (row == rows) return double.PositiveInfinity;
            double best = rows - row > left ? Best(row + 1, taken, left) : double.PositiveInfinity;
            for (int j = 0; j < columns; j++)
            {
                if ((taken & (1 << j)) == 0) best = Math.Min(best, (maximise ? -1 : 1) * costs[(row * columns) + j] + Best(row + 1, taken | (1 << j), left - 1));
            }

            return best;
        }

        double best = Best(0, 0, Math.Min(rows, columns)) * (maximise ? -1 : 1);
        int[] used = [.. found.ColumnOfRow.Where(column => column >= 0)];
        double sum = found.ColumnOfRow.Select((column, row) => column < 0 ? 0 : costs[(row * columns) + column]).Sum();
        return used.Length == Math.Min(rows, columns) && used.Distinct().Count() == used.Length && Math.Abs(found.Cost - best) < 1e-9 && Math.Abs(sum - best) < 1e-9;
    }, iter: 150);

    [Test]
    public void Large_assignments_carry_their_proof() => Gen.Select(Gen.Int[150, 220], Gen.Int[150, 220], Seeds).Sample((rows, columns, seed) =>
    {
        double[] costs = Noise(seed, rows, columns).Read<double>();
        Assignment found = LinearAssignment.Solve(Tensor.From(costs, [rows, columns]));
        double dual = found.RowDuals.Sum() + found.ColumnDuals.Sum();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                if (costs[(i * columns) + j] - found.RowDuals[i] - found.ColumnDuals[j] < -1e-9) return false;
            }
        }

        // Feasible duals bound every assignment from below where those of what is left over are not positive.
        IReadOnlyList<double> longer = rows > columns ? found.RowDuals : found.ColumnDuals;
        return Math.Abs(dual - found.Cost) < 1e-8 && (rows == columns || longer.Max() <= 1e-9);
    }, iter: 6);

    [Test]
    public void Sinkhorn_meets_its_marginals_and_nears_the_assignment() => Gen.Select(Gen.Int[2, 7], Seeds).Sample((n, seed) =>
    {
        Tensor cost = Noise(seed, 2, n, n), weights = Noise(seed + 1, 2, n).Softmax();
        Tensor plan = Sinkhorn.Converge(cost, 0.2, 1e-8, rowMarginals: weights).Plan;
        bool marginals = Close(plan.Sum(-1), weights, 1e-7) && Close(plan.Sum(-2), Tensor.Full([2, n], 1.0 / n, DType.F64), 1e-12);
        Tensor sharp = Sinkhorn.Solve(cost, 0.004, 4000).Plan;
        double transport = (sharp * cost).Sum([1, 2]).Read<double>()[0], best = LinearAssignment.Solve(cost[0]).Cost / n;
        return marginals && transport >= best - 1e-3 && transport <= best + 0.02;
    }, iter: 4, threads: 1);

    [Test]
    public void The_value_of_transport_has_the_plan_as_its_gradient() => Seeds.Sample(seed =>
    {
        Tensor cost = Noise(seed, 4, 5).Variable(), direction = Noise(seed + 1, 4, 5);
        Tensor gradient = Autodiff.Gradient(Sinkhorn.Value(cost, 0.5, 300), cost);
        double Value(double h) => Sinkhorn.Value(cost.Detach() + (direction * h), 0.5, 300).Item();
        double difference = (Value(1e-5) - Value(-1e-5)) / 2e-5;
        return Close(gradient, Sinkhorn.Solve(cost.Detach(), 0.5, 300).Plan, 1e-8) && Math.Abs((gradient * direction).Sum().Item() - difference) < 1e-7;
    }, iter: 10, threads: 1);

    [Test]
    public void Bisection_brent_and_the_implicit_derivative_agree() => Gen.Double[0.2, 3].Sample(level =>
    {
        // x³ + x = level
        Tensor c = Tensor.From([level, level + 1]).Variable();
        Tensor Cubic(Tensor x, Tensor[] p) => (x * x * x) + x - p[0];
        Tensor root = Roots.Implicit(Cubic, p => Roots.Bisect(x => Cubic(x, p), p[0].ZerosLike(), p[0], 60), c);
        double brent = Roots.Brent(x => (x * x * x) + x - level, 0, level), slope = 1 / ((3 * brent * brent) + 1);
        Tensor first = Autodiff.Gradient(root.Sum(), c, keepGraph: true);
        double second = Autodiff.Gradient(first.Sum(), c).Read<double>()[0];
        return Math.Abs(root.Read<double>()[0] - brent) < 1e-11 && Math.Abs(first.Read<double>()[0] - slope) < 1e-10 && Math.Abs(second + (6 * brent * slope * slope * slope)) < 1e-9;
    }, iter: 20);

    [Test]
    public void Brents_minimum_is_one() => Gen.Double[-2, 2].Sample(at =>
    {
        var (place, value) = ScalarMinimum.Brent(x => Math.Cosh(x - at) + 1, -5, 6);
        return Math.Abs(place - at) < 1e-6 && Math.Abs(value - 2) < 1e-12;
    }, iter: 50);

    [Test]
    public void Conjugate_gradients_solve_in_as_many_steps_as_there_are_unknowns() => Gen.Select(Gen.Int[1, 8], Seeds).Sample((n, seed) =>
    {
        Tensor half = Noise(seed, n, n), matrix = half.MatMul(half.Transpose()) + Tensor.Eye(n, DType.F64), b = Noise(seed + 1, 3, n).Variable();
        Tensor x = ConjugateGradient.Inverse(v => v.MatMul(matrix), b, 2 * n);
        Tensor weights = Noise(seed + 2, 3, n);
        return Close(x.MatMul(matrix), b, 1e-6) && Close(Autodiff.Gradient((x * weights).Sum(), b).MatMul(matrix), weights, 1e-6);
    }, iter: 30);

    [Test]
    public void Jacobians_are_stacked_pulls_and_stacked_pushes_by_rows_and_as_a_whole() => Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Seeds).Sample((n, m, seed) =>
    {
        Tensor weight = Noise(seed, n, m), x = Noise(seed + 1, 4, n);
        Tensor F(Tensor y) => y.MatMul(weight).Sin() + y.Sum(-1, keepAxes: true);
        Tensor rows = Autodiff.RowJacobian(F, x), walks = Autodiff.PerSampleJacobian(F, x), one = Autodiff.Jacobian(y => F(y.Unsqueeze(0)).Squeeze(0), x[2]);
        var pushed = new Tensor[n];
        for (int i = 0; i < n; i++) pushed[i] = Autodiff.Jvp(F, x, Tensor.Eye(n, DType.F64)[i].Expand([4, n]).Contiguous()).Pushed;
        return Close(rows, walks, 1e-13) && Close(rows, TensorMath.Stack(pushed, -1), 1e-13) && Close(one, rows[2], 1e-13);
    }, iter: 30, threads: 1);

    [Test]
    public void Hessians_are_symmetric_and_agree_with_products() => Seeds.Sample(seed =>
    {
        Tensor x = Noise(seed, 4), v = Noise(seed + 1, 4);
        Tensor F(Tensor y) => (y.Sin() * y.Flip(0).Exp()).Sum();
        Tensor hessian = Autodiff.Hessian(F, x);
        return Close(hessian, hessian.Transpose(), 1e-12) && Close(hessian.MatMul(v), Autodiff.HessianVector(F, x, v), 1e-12);
    }, iter: 20, threads: 1);

    [Test]
    public void Gradients_of_samples_add_up_to_that_of_the_batch_and_are_those_of_each_alone() => Seeds.Sample(seed =>
    {
        var model = new Mlp([3, 6, 2], Activation.Tanh);
        var parameters = new ParameterSet(model, Key.FromSeed(seed), DType.F64);
        Tensor x = Noise(seed, 5, 3), y = Noise(seed + 1, 5, 2);
        Tensor[] each = Ensemble.PerSampleGradients(parameters, 5, () => (model.Forward(x.Unsqueeze(1)) - y.Unsqueeze(1)).Square().Sum([1, 2]));
        Tensor[] all = Autodiff.Gradients((model.Forward(x) - y).Square().Sum(), parameters.Values);
        Tensor[] third = Autodiff.Gradients((model.Forward(x.Slice(0, 3, 4)) - y.Slice(0, 3, 4)).Square().Sum(), parameters.Values);
        return each.Zip(all).All(pair => Close(pair.First.Sum(0), pair.Second, 1e-12)) && each.Zip(third).All(pair => Close(pair.First[3], pair.Second, 1e-12));
    }, iter: 10, threads: 1);
}
