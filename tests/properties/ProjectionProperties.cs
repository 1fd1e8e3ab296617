using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>
/// Projections: the result p of x lies in the set, and no point y of the set is on x's side of it, (x - p)·(y - p) ≤ 0, which holds for the nearest point of a convex set alone. A failure prints
/// CsCheck's seed.
/// </summary>
[TestFixture]
public sealed class ProjectionProperties
{
    const double Tolerance = 1e-12;

    static readonly Gen<(int Seed, int Size, double Scale)> cases = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[2, 9], Gen.Double[0.1, 4]);

    [Test]
    public void The_simplex_has_no_nearer_point() => Check(
        static (x, scale) => x.ProjectToSimplex(scale),
        static (random, size, scale) => Shares(random, size, scale),
        static (p, scale) => p.All(v => v >= 0) && Math.Abs(p.Sum() - scale) < Tolerance * 10);

    [Test]
    public void The_ball_has_no_nearer_point() => Check(
        static (x, scale) => x.ProjectToBall(scale),
        static (random, size, scale) => Direction(random, size, scale * random.NextDouble()),
        static (p, scale) => Math.Sqrt(p.Sum(v => v * v)) <= scale * (1 + Tolerance));

    [Test]
    public void The_second_order_cone_has_no_nearer_point() => Check(
        static (x, _) => x.ProjectToSecondOrderCone(),
        static (random, size, scale) => [.. Direction(random, size - 1, scale * random.NextDouble()), scale],
        static (p, _) => Math.Sqrt(p[..^1].Sum(v => v * v)) <= p[^1] + Tolerance);

    [Test]
    public void Projecting_twice_changes_nothing() => cases.Sample(one =>
    {
        Tensor x = Points(one.Seed, one.Size);
        Tensor[] once = [x.ProjectToSimplex(one.Scale), x.ProjectToBall(one.Scale), x.ProjectToSecondOrderCone()];
        Tensor[] twice = [once[0].ProjectToSimplex(one.Scale), once[1].ProjectToBall(one.Scale), once[2].ProjectToSecondOrderCone()];
        return once.Zip(twice, static (a, b) => (a - b).Abs().Max().Item() < 1e-11).All(static same => same);
    }, iter: 200);

    [Test]
    public void Derivatives_are_those_of_finite_differences() => cases.Sample(one =>
    {
        Tensor x = Points(one.Seed, one.Size), direction = Points(one.Seed / 2, one.Size);
        foreach (Func<Tensor, Tensor> project in (Func<Tensor, Tensor>[])[v => v.ProjectToSimplex(one.Scale), v => v.ProjectToBall(one.Scale), v => v.ProjectToSecondOrderCone()])
        {
            const double step = 1e-6;
            Tensor variable = x.Variable();
            double[] along = Autodiff.Jvp([project(variable)], [variable], [direction])[0].Read<double>();
            double[] difference = ((project(x + (direction * step)) - project(x - (direction * step))) / (2 * step)).Read<double>();

            // A row within a step of a kink has no derivative to compare.
            if (along.Zip(difference, static (a, b) => Math.Abs(a - b)).Count(static error => error > 1e-6) > one.Size) return false;
        }

        return true;
    }, iter: 100);

    [Test]
    public void Kinks_and_zeros_give_numbers()
    {
        Tensor zero = Tensor.Zeros([1, 3], DType.F64).Variable();
        foreach (Func<Tensor, Tensor> project in (Func<Tensor, Tensor>[])[static v => v.ProjectToSimplex(), static v => v.ProjectToBall(), static v => v.ProjectToSecondOrderCone()])
        {
            Tensor y = project(zero);
            Assert.That(y.Read<double>(), Is.All.Not.NaN);
            Assert.That(Autodiff.Gradient(y.Sum(), zero).Read<double>(), Is.All.Not.NaN);
        }
    }

    static void Check(Func<Tensor, double, Tensor> project, Func<Random, int, double, double[]> member, Func<double[], double, bool> isInside) => cases.Sample(one =>
    {
        Tensor x = Points(one.Seed, one.Size);
        double[] points = x.Read<double>(), projected = project(x, one.Scale).Read<double>();
        var random = new Random(one.Seed);
        for (int row = 0; row < points.Length; row += one.Size)
        {
            double[] p = projected[row..(row + one.Size)];
            if (!isInside(p, one.Scale)) return false;
            for (int i = 0; i < 20; i++)
            {
                double[] y = member(random, one.Size, one.Scale);
                double side = Enumerable.Range(0, one.Size).Sum(j => (points[row + j] - p[j]) * (y[j] - p[j]));
                if (side > 1e-10) return false;
            }
        }

        return true;
    }, iter: 200);

    static Tensor Points(int seed, int size) => new Generator(Key.FromSeed(seed)).Normal([4, size], DType.F64) * 2;

    static double[] Shares(Random random, int size, double total)
    {
        double[] weights = [.. Enumerable.Range(0, size).Select(_ => -Math.Log(1 - random.NextDouble()))];
        double sum = weights.Sum();
        return Array.ConvertAll(weights, w => total * w / sum);
    }

    static double[] Direction(Random random, int size, double length)
    {
        double[] v = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)];
        double norm = Math.Sqrt(v.Sum(static x => x * x));
        return Array.ConvertAll(v, x => x * length / norm);
    }
}
