using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>LSQR against the factorisations, on random systems of all shapes. A failure prints CsCheck's seed.</summary>
[TestFixture]
public sealed class LsqrProperties
{
    static readonly Gen<(int Seed, int Rows, int Columns)> systems = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 8], Gen.Int[1, 8]);

    [Test]
    public void It_finds_the_shortest_of_the_best() => systems.Sample(one =>
    {
        var (a, b) = System(one.Seed, one.Rows, one.Columns);
        Tensor expected = a.LeastSquares(b.Unsqueeze(-1), minimumNorm: true).Squeeze(-1);
        Tensor found = Lsqr.Solve(x => Times(a, x), y => Times(a.Transpose(), y), b, 3 * Math.Max(one.Rows, one.Columns));
        return Close(found, expected, a);
    }, iter: 150);

    [Test]
    public void Damping_is_a_ridge() => systems.Sample(one =>
    {
        const double damping = 0.7;
        var (a, b) = System(one.Seed, one.Rows, one.Columns);
        Tensor normal = a.Transpose().MatMul(a) + (Tensor.Eye(one.Columns, DType.F64) * (damping * damping));
        Tensor expected = normal.Solve(a.Transpose().MatMul(b.Unsqueeze(-1))).Squeeze(-1);
        Tensor found = Lsqr.Solve(x => Times(a, x), y => Times(a.Transpose(), y), b, 3 * Math.Max(one.Rows, one.Columns), damping);
        return (found - expected).Abs().Max().Item() < 1e-8;
    }, iter: 150);

    [Test]
    public void A_right_side_of_zeros_and_a_plan_are_taken()
    {
        var (a, b) = System(7, 6, 4);
        Tensor Run(Tensor right) => Lsqr.Solve(x => Times(a, x), y => Times(a.Transpose(), y), right, 12);
        Assert.That(Run(b.ZerosLike()).Read<double>(), Is.All.Zero);
        Plan plan = Plan.Record(() => Run(b));
        plan.Run();
        Assert.That(plan.Output.Read<double>(), Is.EqualTo(Run(b).Read<double>()));
        Assert.Throws<SettingException>(() => Lsqr.Solve(x => x, y => y, b, 0));
    }

    [Test]
    public void Its_derivative_is_that_of_the_solution()
    {
        var (a, b) = System(11, 5, 3);
        Tensor variable = b.Variable(), found = Lsqr.Solve(x => Times(a, x), y => Times(a.Transpose(), y), variable, 3);
        Tensor gradient = Autodiff.Gradient(found.Square().Sum(), variable);
        Tensor again = b.Variable(), expected = a.LeastSquares(again.Unsqueeze(-1)).Squeeze(-1);
        Assert.That(gradient.Read<double>(), Is.EqualTo(Autodiff.Gradient(expected.Square().Sum(), again).Read<double>()).Within(1e-8));
    }

    static Tensor Times(Tensor a, Tensor x) => a.MatMul(x.Unsqueeze(-1)).Squeeze(-1);

    static (Tensor A, Tensor B) System(int seed, int rows, int columns)
    {
        var generator = new Generator(Key.FromSeed(seed));
        return (generator.Normal([2, rows, columns], DType.F64).Keep(), generator.Normal([2, rows], DType.F64).Keep());
    }

    // Errors grow with the condition of the matrix.
    static bool Close(Tensor found, Tensor expected, Tensor a)
    {
        double condition = a.ConditionNumber().Max().Item();
        return condition > 1e4 || (found - expected).Abs().Max().Item() < 1e-12 * condition * condition * (1 + expected.Abs().Max().Item()) + 1e-9;
    }
}
