using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>
/// Mode grad, in f64: reverse mode against finite differences, forward against reverse mode, and order two in each mixture of the modes. The operands'
/// memory is the variable, so derivatives flow through the views as well.
/// </summary>
[TestFixture]
public sealed class GradModeTests
{
    static IEnumerable<TestCaseData> Cases =>
        OpCases.Small.Where(one => one.HasGradient && one.Types.Contains(DType.F64)).Select(one => new TestCaseData(one).SetArgDisplayNames(one.ToString()));

    [TestCaseSource(nameof(Cases))]
    public void Reverse_mode_agrees_with_finite_differences(OpCase one)
    {
        var problem = new Problem(one);
        double[][] gradients = problem.Gradient(problem.Point);
        for (int input = 0; input < gradients.Length; input++)
        {
            var expected = new double[gradients[input].Length];
            for (int i = 0; i < expected.Length; i++)
                expected[i] = FiniteDifference.Derivative(h => [problem.Value(problem.Moved(input, i, h))])[0];
            double error = FiniteDifference.RelativeError(gradients[input], expected);
            Assert.That(error, Is.LessThan(1e-6), $"input {input}: worst relative error {error:E2}, seed {one.Seed}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward_mode_agrees_with_reverse_mode(OpCase one)
    {
        var problem = new Problem(one);
        Tensor[] variables = problem.Variables(problem.Point);
        Tensor output = problem.Apply(variables);
        Tensor tangent = Autodiff.Jvp([output], variables, problem.Direction)[0];
        Tensor[] cotangents = Autodiff.Vjp([output], variables, [problem.Weights]);
        double[] forward = [.. tangent.Read<double>().Zip(problem.Weights.Read<double>(), (t, w) => t * w)];
        double[] reverse = [.. cotangents.SelectMany((c, i) => c.Read<double>().Zip(problem.Direction[i].Read<double>(), (a, b) => a * b))];
        double scale = Math.Max(1e-3, Math.Max(forward.Sum(Math.Abs), reverse.Sum(Math.Abs)));
        double error = Math.Abs(forward.Sum() - reverse.Sum()) / scale;
        Assert.That(error, Is.LessThan(1e-10), $"relative error {error:E2}, seed {one.Seed}");
    }

    [TestCaseSource(nameof(Cases))]
    public void Order_two_agrees_with_finite_differences_in_every_mixture_of_the_modes(OpCase one)
    {
        var problem = new Problem(one);
        double[] expected = FiniteDifference.Derivative(h => [.. problem.Gradient(problem.Moved(h)).SelectMany(part => part)]);
        foreach (var (name, actual) in problem.HessianVectors())
        {
            double error = FiniteDifference.RelativeError(actual, expected);
            Assert.That(error, Is.LessThan(1e-5), $"{name}: worst relative error {error:E2}, seed {one.Seed}");
        }

        double curvature = problem.ForwardOverForward(), product = expected.Zip(problem.Direction.SelectMany(part => part.Read<double>()), (a, b) => a * b).Sum();
        Assert.That(FiniteDifference.RelativeError([curvature], [product]), Is.LessThan(1e-5), $"forward over forward {curvature:R}, differences {product:R}, seed {one.Seed}");
    }

    /// <summary>The scalar function that a case becomes: Σ w · op(views of x), with fixed random w, at a point, with a direction.</summary>
    sealed class Problem
    {
        readonly OpCase one;
        readonly int[] floats;

        public Problem(OpCase one)
        {
            this.one = one;
            floats = one.Floats;
            Point = one.Draw(DType.F64);
            var random = new Random(one.Seed + 77);
            Shape result = one.Call(one.Show(one.Own(Point, DType.F64))).Shape;
            Weights = Noise(random, result);
            Direction = Array.ConvertAll(floats, i => Noise(random, Shape.Create(Point[i].Shape)));
        }

        public Values[] Point { get; }

        public Tensor Weights { get; }

        public Tensor[] Direction { get; }

        static Tensor Noise(Random random, Shape shape) => Tensor.From([.. Enumerable.Range(0, shape.Elements).Select(_ => (random.NextDouble() * 2) - 1)], shape);

        public Tensor[] Variables(Values[] point) => Array.ConvertAll(floats, i => Tensor.From(point[i].Data, Shape.Create(point[i].Shape)).Variable());

        public Tensor Apply(Tensor[] variables)
        {
            Tensor[] own = one.Own(Point, DType.F64);
            for (int i = 0; i < floats.Length; i++) own[floats[i]] = variables[i];
            return one.Call(one.Show(own));
        }

        public double Value(Values[] point)
        {
            double[] result = one.Call(one.Show(one.Own(point, DType.F64))).Read<double>(), weights = Weights.Read<double>();
            return result.Zip(weights, (y, w) => y * w).Sum();
        }

        public double[][] Gradient(Values[] point)
        {
            Tensor[] variables = Variables(point);
            return Array.ConvertAll(Autodiff.Vjp([Apply(variables)], variables, [Weights]), gradient => gradient.Read<double>());
        }

        /// <summary>The point with one number moved.</summary>
        public Values[] Moved(int input, int position, double by)
        {
            var moved = (Values[])Point.Clone();
            var data = (double[])Point[floats[input]].Data.Clone();
            data[position] += by;
            moved[floats[input]] = new Values(Point[floats[input]].Shape, data);
            return moved;
        }

        /// <summary>The point moved along the direction.</summary>
        public Values[] Moved(double by)
        {
            var moved = (Values[])Point.Clone();
            for (int i = 0; i < floats.Length; i++)
            {
                Values old = Point[floats[i]];
                moved[floats[i]] = new Values(old.Shape, [.. old.Data.Zip(Direction[i].Read<double>(), (x, d) => x + (by * d))]);
            }

            return moved;
        }

        public IEnumerable<(string Name, double[] Product)> HessianVectors()
        {
            static double[] Flat(Tensor[] parts) => [.. parts.SelectMany(part => part.Read<double>())];
            Tensor[] x = Variables(Point);
            Tensor[] gradients = Autodiff.Vjp([Apply(x)], x, [Weights], keepGraph: true);
            yield return ("reverse over reverse", Flat(Autodiff.Vjp(gradients, x, Direction)));
            yield return ("forward over reverse", Flat(Autodiff.Jvp(gradients, x, Direction)));
            Tensor tangent = Autodiff.Jvp([Apply(x)], x, Direction, keepGraph: true)[0];
            yield return ("reverse over forward", Flat(Autodiff.Vjp([tangent], x, [Weights])));
            if (floats.Length == 1)
                yield return ("HessianVector", Autodiff.HessianVector(v => (Apply([v]) * Weights).Sum(), x[0].Detach(), Direction[0]).Read<double>());
        }

        public double ForwardOverForward()
        {
            Tensor[] x = Variables(Point);
            Tensor tangent = Autodiff.Jvp([Apply(x)], x, Direction, keepGraph: true)[0];
            return Autodiff.Jvp([tangent], x, Direction)[0].Read<double>().Zip(Weights.Read<double>(), (t, w) => t * w).Sum();
        }
    }
}
