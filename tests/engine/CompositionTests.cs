using Adjoint.Tests.Ops;
using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Random expressions of about ten ops over random views: derivatives against finite differences, f32 against f64, plan against eager. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class CompositionTests
{
    const int Samples = 150;

    [Test]
    public void First_and_second_derivatives_of_random_expressions_agree_with_finite_differences() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            double[][] point = Point(seed);
            Tensor[] x = Variables(point, DType.F64), direction = Variables(Point(seed + 1), DType.F64);
            Tensor[] gradients = Autodiff.Gradients(Expression(seed, x), x, keepGraph: true);
            double[] curvature = Flat(Autodiff.Vjp(gradients, x, direction)), forward = Flat(Autodiff.Jvp(gradients, x, direction));

            double[][] Moved(double h) => [.. point.Select((data, i) => data.Zip(direction[i].Read<double>(), (p, d) => p + (h * d)).ToArray())];
            double slope = FiniteDifference.Derivative(h => [Expression(seed, Variables(Moved(h), DType.F64)).Item()])[0];
            double product = gradients.Select((gradient, i) => (gradient * direction[i]).Sum().Item()).Sum();
            double[] differences = FiniteDifference.Derivative(h =>
            {
                Tensor[] moved = Variables(Moved(h), DType.F64);
                return Flat(Autodiff.Gradients(Expression(seed, moved), moved));
            });
            return FiniteDifference.RelativeError([product], [slope]) < 1e-4
                && FiniteDifference.RelativeError(curvature, differences) < 1e-4
                && FiniteDifference.RelativeError(forward, curvature) < 1e-9;
        }, iter: Samples);

    [Test]
    public void Random_expressions_have_the_same_values_and_gradients_in_f32_as_in_f64() =>
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            // The sum may all but vanish, with the rounding of its terms: it is compared beside what these add up to without their signs.
            double[][] point = Point(seed);
            Tensor[] wide = Variables(point, DType.F64), narrow = Variables(point, DType.F32), terms = Terms(seed, wide);
            Tensor exact = Sum(terms), rounded = Expression(seed, narrow);
            return Math.Abs(rounded.Item() - exact.Item()) < 1e-4 * terms.Sum(static term => Math.Abs(term.Item()))
                && FiniteDifference.RelativeError(Flat(Autodiff.Gradients(rounded, narrow)), Flat(Autodiff.Gradients(exact, wide))) < 1e-3;
        }, iter: Samples);

    [Test]
    public void Random_expressions_and_their_gradients_replay_bit_for_bit() => Gen.Int[0, int.MaxValue].Sample(ReplaysBitForBit, iter: Samples);

    // Groups that join in these wait for each other through groups recorded before both.
    [TestCase(1607233695)]
    [TestCase(1513)]
    [TestCase(2831)]
    [TestCase(3890)]
    public void Expressions_whose_groups_could_wait_for_each_other_replay_bit_for_bit(int seed) => Assert.That(ReplaysBitForBit(seed));

    static bool ReplaysBitForBit(int seed)
    {
        Tensor[] memory = Array.ConvertAll(Variables(Point(seed), DType.F64), x => x.Detach()), other = Variables(Point(seed + 1), DType.F64);
        Tensor[] Step(Tensor[] from)
        {
            Tensor[] x = Array.ConvertAll(from, one => one.Variable());
            Tensor loss = Expression(seed, x);
            return [loss, .. Autodiff.Gradients(loss, x)];
        }

        Plan plan = Plan.Record(() => Step(memory));
        for (int i = 0; i < memory.Length; i++) memory[i].Write<double>(other[i].Read<double>());
        plan.Run();
        return Flat(plan.Outputs.ToArray()).SequenceEqual(Flat(Step(other)));
    }

    static double[] Flat(Tensor[] parts) => [.. parts.SelectMany(OpCase.Read)];

    // Three leaves whose shapes broadcast in turn.
    static readonly int[][] shapes = [[3, 4], [4], [3, 1]];

    static double[][] Point(int seed)
    {
        var random = new Random(seed);
        return [.. shapes.Select(shape => Enumerable.Range(0, Values.CountOf(shape)).Select(_ => (double)(float)((random.NextDouble() * 2) - 1)).ToArray())];
    }

    static Tensor[] Variables(double[][] point, DType type) => [.. point.Select((data, i) => Tensor.From(data, Shape.Create(shapes[i])).To(type).Variable())];

    /// <summary>The expression of a seed.</summary>
    static Tensor Expression(int seed, Tensor[] leaves) => Sum(Terms(seed, leaves));

    static Tensor Sum(Tensor[] terms) => terms.Aggregate((sum, one) => sum + one);

    /// <summary>What an expression adds up: each line takes earlier results, and all of them are terms.</summary>
    static Tensor[] Terms(int seed, Tensor[] leaves)
    {
        var random = new Random(seed);
        var pool = new List<Tensor>(leaves);
        Tensor Any() => pool[random.Next(pool.Count)];
        for (int i = 0; i < 10; i++)
        {
            Tensor next = random.Next(4) switch
            {
                0 => Smooth(random, Any()),
                1 => Pair(random, Any(), Any()),
                2 => Moved(random, Any()),
                _ => Folded(random, Any()),
            };
            if (next.Count < 200) pool.Add(next);
        }

        return [.. pool.Select(one => one.Tanh().Mean())];
    }

    static Tensor Smooth(Random random, Tensor x) => random.Next(9) switch
    {
        0 => x.Sin(),
        1 => x.Tanh(),
        2 => x.Sigmoid(),
        3 => x.Gelu(),
        4 => x.Square().Affine(0.3, 0.5).Log(),
        5 => (x * 0.5).Exp(),
        6 => x.Softplus(),
        7 => x.Square().Affine(1, 1).Rsqrt(),
        _ => x.Erf(),
    };

    // Operands that do not broadcast are first summed to scalars.
    static Tensor Pair(Random random, Tensor x, Tensor y)
    {
        bool fits = true;
        for (int i = 1; i <= Math.Min(x.Rank, y.Rank); i++) fits &= x.Shape[-i] == y.Shape[-i] || x.Shape[-i] == 1 || y.Shape[-i] == 1;
        if (!fits) y = y.Mean();
        return random.Next(6) switch
        {
            0 => x + y,
            1 => x - y,
            2 => x * y,
            3 => x / y.Square().Affine(1, 1),
            4 when x.Rank > 0 => x.MatMul(x.Rank == 1 ? x : x.Transpose()) * 0.3,
            _ => TensorMath.Concat([(x + y).Reshape([-1]), x.Reshape([-1])], 0),
        };
    }

    static Tensor Moved(Random random, Tensor x)
    {
        if (x.Rank == 0) return x.Expand([2, 3]);
        int axis = random.Next(x.Rank), size = x.Shape[axis];
        return random.Next(6) switch
        {
            0 when x.Rank > 1 => x.Transpose(0, -1),
            1 => x.Flip(axis),
            2 => x.Slice(axis, 0, Math.Max(1, size - 1), random.Next(1, 3)),
            3 => x.Reshape([-1]),
            4 when x.Rank < 4 => x.Expand(Shape.Create([2, .. x.Shape.Sizes])),
            _ => x.Pad(axis, 1, 0),
        };
    }

    static Tensor Folded(Random random, Tensor x)
    {
        if (x.Rank == 0) return x * 2;
        int axis = random.Next(x.Rank);
        return random.Next(6) switch
        {
            0 => x.Sum(axis),
            1 => x.Mean(axis, keepAxes: true),
            2 => x.LogSumExp(axis),
            3 => x.Softmax(axis),
            4 => x.LayerNorm(epsilon: 0.1),
            _ => x.Select(axis, Tensor.Range(2, x.Shape[axis] - 1, 1 - x.Shape[axis])),
        };
    }
}
