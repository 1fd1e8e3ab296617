using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Matrices that have no result raise errors that name them: at once on the CPU and in replays, and on devices when the host next reads.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LinalgErrorTests
{
    static readonly double[] good = [2, 1, 1, 2], indefinite = [1, 2, 2, 1], singular = [1, 2, 2, 4];

    static Tensor Pair(double[] first, double[] second) => Tensor.From<double>([.. first, .. second], [2, 2, 2]);

    [Test]
    public void Numbers_without_a_result_are_named_on_the_cpu()
    {
        var error = Assert.Throws<NumericalException>(static () => Pair(good, indefinite).Cholesky())!;
        Assert.That(error.Message, Does.StartWith("cholesky: matrix 1 ").And.Contain("pivot 1").And.Contain("multiple of the identity"));
        error = Assert.Throws<NumericalException>(static () => Pair(singular, good).Inverse())!;
        Assert.That(error.Message, Does.Contain("matrix 0").And.Contain("row 1").And.Contain("singular"));
        Assert.Throws<NumericalException>(static () => Tensor.From<double>([double.NaN], [1, 1]).Cholesky());
        Assert.That(Pair(singular, good).Determinant().Read<double>(), Is.EqualTo(new double[] { 0, 3 }).Within(1e-15));
    }

    [Test]
    public void A_replay_raises_the_error_and_goes_on_with_good_numbers()
    {
        Tensor memory = Pair(good, good);
        Plan plan = Plan.Record(() => memory.Cholesky());
        memory.Write<double>([.. good, .. indefinite]);
        Assert.Throws<NumericalException>(plan.Run);
        memory.Write<double>([.. good, .. good]);
        plan.Run();
        Assert.That(plan.Output.Read<double>()[3], Is.EqualTo(Math.Sqrt(1.5)).Within(1e-15));
    }

    [Test]
    public void A_device_raises_the_error_when_the_host_reads_and_so_does_a_replay()
    {
        using var _ = Gpu.SimulatorBackend.Use();
        Tensor factor = Pair(good, indefinite).Cholesky();
        var error = Assert.Throws<NumericalException>(() => factor.Read<double>())!;
        Assert.That(error.Message, Does.StartWith("cholesky: matrix 1 "));
        Tensor inverse = Pair(good, singular).Inverse();
        Assert.That(Assert.Throws<NumericalException>(() => inverse.Read<double>())!.Message, Does.Contain("matrix 1").And.Contain("singular"));

        Tensor memory = Pair(good, good);
        Plan plan = Plan.Record(() => memory.Cholesky());
        plan.Run();
        Assert.That(plan.Output.Read<double>()[3], Is.EqualTo(Math.Sqrt(1.5)).Within(1e-15));
        memory.Write<double>([.. indefinite, .. good]);
        plan.Run();
        Assert.That(Assert.Throws<NumericalException>(() => plan.Output.Read<double>())!.Message, Does.StartWith("cholesky: matrix 0 "));
        memory.Write<double>([.. good, .. good]);
        plan.Run();
        Assert.That(plan.Output.Read<double>()[3], Is.EqualTo(Math.Sqrt(1.5)).Within(1e-15));
    }

    [Test]
    public void Shapes_that_do_not_fit_are_typed_errors()
    {
        Tensor wide = Tensor.Zeros([2, 3]), square = Tensor.Eye(3), batch = Tensor.Zeros([2, 3, 3]);
        Assert.Throws<ShapeException>(() => wide.Cholesky());
        Assert.Throws<ShapeException>(() => wide.Determinant());
        Assert.Throws<ShapeException>(() => wide.SymmetricEigen());
        Assert.Throws<ShapeException>(() => square.Solve(wide));
        Assert.Throws<ShapeException>(() => square.SolveTriangular(wide));
        Assert.Throws<ShapeException>(() => batch.SolveTriangular(Tensor.Zeros([4, 3, 1])));
        Assert.Throws<ShapeException>(() => Tensor.Zeros([3]).Qr());
        Assert.Throws<ShapeException>(() => Tensor.Zeros([3]).Diagonal());
        Assert.Throws<DTypeException>(() => Tensor.Zeros([3, 3], DType.I32).Svd());
        Assert.Throws<DTypeException>(() => square.Solve(Tensor.Zeros([3, 1], DType.F64)));
        Assert.Throws<SettingException>(() => square.PseudoInverse(-1));
        Assert.Throws<SettingException>(() => square.Ridge(square, -1));
    }

    [Test]
    public void Numbers_that_are_none_pass_through_eigenvalues_of_large_and_small_scale()
    {
        Assert.That(Tensor.From<double>([1, 0, double.NaN, 1], [2, 2]).SymmetricEigen().Values.Read<double>(), Is.All.NaN);
        foreach (double scale in (double[])[1e-300, 1, 1e300])
        {
            Tensor a = Tensor.From<double>([2 * scale, scale, scale, 2 * scale], [2, 2]);
            Assert.That(a.SymmetricEigen().Values.Read<double>(), Is.EqualTo(new[] { scale, 3 * scale }).Within(1e-15 * scale));
            Assert.That(a.Svd().S.Read<double>(), Is.EqualTo(new[] { 3 * scale, scale }).Within(4e-15 * scale));
            Assert.That(a.Qr().R.Read<double>()[0], Is.EqualTo(Math.Sqrt(5) * scale).Within(1e-15 * scale));
        }
    }
}
