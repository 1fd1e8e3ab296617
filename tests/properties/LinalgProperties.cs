using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Laws of decompositions and systems on random matrices of random sizes. CsCheck prints the seed of a failure.</summary>
[TestFixture]
public sealed class LinalgProperties
{
    const int Samples = 60;

    static readonly Gen<(int Seed, int Rows, int Columns, int Batch)> Sizes = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 3]);

    static Tensor Normal(int seed, params int[] shape) => new Generator(Key.FromSeed(seed)).Normal(Shape.Create(shape), dtype: DType.F64);

    static Tensor Definite(int seed, int batch, int size)
    {
        Tensor x = Normal(seed, batch, size, size + 2);
        return x.MatMul(x.Transpose()) + (Eye(size) * 0.1);
    }

    static Tensor Eye(int size) => Tensor.Eye(size, DType.F64);

    static double Largest(Tensor x) => x.Count == 0 ? 0 : x.Abs().Max().Item();

    // Differences beside the size of what is compared.
    static bool Close(Tensor x, Tensor y, double tolerance = 1e-11) => Largest(x - y) <= tolerance * (1 + Largest(y));

    static bool IsOrthonormal(Tensor q) => Close(q.Transpose().MatMul(q), Eye(q.Shape[-1]));

    static void Sample(Func<(int Seed, int Rows, int Columns, int Batch), bool> law) => Sizes.Sample(law, iter: Samples);

    [Test]
    public void A_cholesky_factor_is_lower_and_rebuilds_its_matrix() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, s.Batch, 2 * s.Rows), l = a.Cholesky();
        return Close(l.MatMul(l.Transpose()), a) && Largest(l.UpperTriangle(1)) == 0;
    });

    [Test]
    public void Only_the_lower_triangle_of_a_symmetric_matrix_is_read() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, s.Batch, s.Rows), other = a.LowerTriangle() + Normal(s.Seed + 1, s.Batch, s.Rows, s.Rows).UpperTriangle(1);
        return Close(other.Cholesky(), a.Cholesky(), 0) && Close(other.SymmetricEigen().Vectors, a.SymmetricEigen().Vectors, 0);
    });

    [Test]
    public void A_triangular_solution_satisfies_its_system_of_every_kind() => Sample(static s =>
    {
        int size = 4 * s.Rows;
        bool lower = s.Seed % 2 == 0, transposed = s.Seed / 2 % 2 == 0, unit = s.Seed / 4 % 2 == 0;
        Tensor a = (Normal(s.Seed, s.Batch, size, size) * (0.5 / size)) + Eye(size), b = Normal(s.Seed + 1, s.Batch, size, s.Columns);
        Tensor kept = lower ? a.LowerTriangle(-1) : a.UpperTriangle(1);
        kept += unit ? Eye(size) : a * Eye(size);
        return Close((transposed ? kept.Transpose() : kept).MatMul(a.SolveTriangular(b, lower, transposed, unit)), b)
            && Close(b.Transpose().Contiguous(), a.SolveTriangular(b.Transpose(), lower, transposed, unit, isRight: true).MatMul(transposed ? kept.Transpose() : kept));
    });

    [Test]
    public void A_solution_leaves_no_residual_and_inverting_twice_gives_the_matrix_back() => Sample(static s =>
    {
        Tensor a = Normal(s.Seed, s.Batch, s.Rows, s.Rows), b = Normal(s.Seed + 1, s.Rows, s.Columns), x = a.Solve(b);
        double size = 1 + Largest(x), condition = a.ConditionNumber().Max().Item();
        return Largest(a.MatMul(x) - b) <= 1e-12 * s.Rows * size * Largest(a) && Close(a.Inverse().Inverse(), a, 1e-14 * condition * condition + 1e-12);
    });

    [Test]
    public void Determinants_multiply_and_change_sign_with_two_rows_exchanged() => Sample(static s =>
    {
        Tensor a = Normal(s.Seed, s.Batch, s.Rows, s.Rows), b = Normal(s.Seed + 1, s.Batch, s.Rows, s.Rows);
        var (sign, logarithm) = a.LogAbsDeterminant();
        bool multiplies = Close(a.MatMul(b).LogAbsDeterminant().LogAbs, logarithm + b.LogAbsDeterminant().LogAbs, 1e-9) && Close(sign * logarithm.Exp(), a.Determinant());
        if (s.Rows < 2) return multiplies;
        Tensor exchanged = TensorMath.Concat([a.Slice(1, 1, 2), a.Slice(1, 0, 1), a.Slice(1, 2)], 1);
        return multiplies && Close(exchanged.Determinant(), -a.Determinant());
    });

    [Test]
    public void The_logarithm_of_a_determinant_is_that_of_the_eigenvalues_and_their_sum_the_trace() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, s.Batch, s.Rows), values = a.SymmetricEigen().Values;
        return Close(a.LogDeterminant(), values.Log().Sum(-1), 1e-9) && Close(values.Sum(-1), a.Trace());
    });

    [Test]
    public void Eigenvectors_are_orthonormal_and_rebuild_a_matrix_whose_values_ascend() => Sample(static s =>
    {
        // Some values are equal, or zero, where rank is lost.
        int size = 2 * s.Rows;
        Tensor x = Normal(s.Seed, s.Batch, size, s.Columns), a = x.MatMul(x.Transpose()) - Eye(size);
        var (values, vectors) = a.SymmetricEigen();
        Tensor largest = vectors.Abs().Max(-2), steps = size < 2 ? Tensor.Zeros([1], DType.F64) : values.Slice(-1, 1) - values.Slice(-1, 0, size - 1);
        return IsOrthonormal(vectors) && Close((vectors * values.Unsqueeze(-2)).MatMul(vectors.Transpose()), a) && steps.Min().Item() >= 0 && Close(vectors.Max(-2), largest, 0);
    });

    [Test]
    public void Eigenvalues_stay_when_rows_and_columns_are_permuted() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, 1, s.Rows).Squeeze(0), order = new Generator(Key.FromSeed(s.Seed)).Permutation(s.Rows);
        return Close(a.Select(0, order).Select(1, order).SymmetricEigen().Values, a.SymmetricEigen().Values);
    });

    [Test]
    public void Orthogonal_and_triangular_factors_rebuild_a_matrix_of_any_shape() => Sample(static s =>
    {
        Tensor a = Normal(s.Seed, s.Batch, 2 * s.Rows, s.Columns);
        var (q, r) = a.Qr();
        return IsOrthonormal(q) && Close(q.MatMul(r), a) && Largest(r.LowerTriangle(-1)) == 0 && r.Diagonal().Min().Item() >= 0;
    });

    [Test]
    public void Singular_vectors_are_orthonormal_and_rebuild_a_matrix_of_any_rank() => Sample(static s =>
    {
        int rank = 1 + (s.Seed % 12);
        Tensor a = Normal(s.Seed, s.Batch, s.Rows, rank).MatMul(Normal(s.Seed + 1, s.Batch, rank, s.Columns));
        var (u, values, v) = a.Svd();
        bool ranks = a.MatrixRank().Read<long>().All(found => found == Math.Min(rank, Math.Min(s.Rows, s.Columns)));
        return ranks && IsOrthonormal(u) && IsOrthonormal(v) && Close((u * values.Unsqueeze(-2)).MatMul(v.Transpose()), a) && Close(values.Square().Sum(-1), a.Square().Sum([-2, -1]));
    });

    [Test]
    public void A_root_squares_to_its_matrix_and_its_inverse_whitens_it() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, s.Batch, s.Rows), root = a.SymmetricSqrt(), white = a.SymmetricInverseSqrt();
        return Close(root.MatMul(root), a) && Close(white.MatMul(a).MatMul(white), Eye(s.Rows), 1e-9) && Close(root, root.Transpose());
    });

    [Test]
    public void A_pseudo_inverse_meets_the_four_conditions_of_penrose() => Sample(static s =>
    {
        int rank = 1 + (s.Seed % 6);
        Tensor a = Normal(s.Seed, s.Batch, s.Rows, rank).MatMul(Normal(s.Seed + 1, s.Batch, rank, s.Columns)), p = a.PseudoInverse(1e-10), ap = a.MatMul(p), pa = p.MatMul(a);
        double size = 1e-11 * a.Square().Sum().Sqrt().Item() * (1 + Largest(p));
        return Close(ap.MatMul(a), a, size) && Close(pa.MatMul(p), p, size) && Close(ap.Transpose(), ap, size) && Close(pa.Transpose(), pa, size);
    });

    [Test]
    public void Least_squares_leave_a_residual_across_the_columns_and_ridge_is_that_of_a_longer_matrix() => Sample(static s =>
    {
        int rows = s.Rows + s.Columns;
        Tensor a = Normal(s.Seed, s.Batch, rows, s.Columns), b = Normal(s.Seed + 1, s.Batch, rows, 2), x = a.LeastSquares(b);
        Tensor longer = TensorMath.Concat([a, (Eye(s.Columns) * Math.Sqrt(0.3)).Expand([s.Batch, s.Columns, s.Columns])], 1);
        Tensor padded = b.Pad(1, 0, s.Columns);
        return Largest(a.Transpose().MatMul(a.MatMul(x) - b)) < 1e-9 && Close(a.LeastSquares(b, minimumNorm: true), x, 1e-8) && Close(a.Ridge(b, 0.3), longer.LeastSquares(padded), 1e-9)
            && Close(a.Transpose().Ridge(Normal(s.Seed, s.Batch, s.Columns, 1), 0.3), a.MatMul((a.Transpose().MatMul(a) + (Eye(s.Columns) * 0.3)).Solve(Normal(s.Seed, s.Batch, s.Columns, 1))), 1e-9);
    });

    [Test]
    public void An_exponential_of_halves_multiplies_and_of_minus_the_matrix_inverts() => Sample(static s =>
    {
        int size = 1 + (s.Rows % 12);
        Tensor a = Normal(s.Seed, s.Batch, size, size) * (s.Columns * 0.03), whole = a.MatrixExponential(), half = (a * 0.5).MatrixExponential();
        return Close(half.MatMul(half), whole, 1e-10) && Close((a * 0).MatrixExponential(), Eye(size), 0) && Close(whole.LogAbsDeterminant().LogAbs, a.Trace(), 1e-6);
    });

    [Test]
    public void A_matrix_of_a_batch_has_the_bits_of_the_matrix_alone() => Sample(static s =>
    {
        Tensor a = Definite(s.Seed, 5, s.Rows), one = a.At(0, 3).Clone();
        return Close(a.Cholesky().At(0, 3), one.Cholesky(), 0) && Close(a.SymmetricEigen().Vectors.At(0, 3), one.SymmetricEigen().Vectors, 0)
            && Close(a.Svd().U.At(0, 3), one.Svd().U, 0) && Close(a.Qr().Q.At(0, 3), one.Qr().Q, 0) && Close(a.Inverse().At(0, 3), one.Inverse(), 0);
    });

    [Test]
    public void Gradients_of_a_projector_and_of_a_root_are_right_where_eigenvalues_are_equal() => Sample(static s =>
    {
        // Two spaces of equal values, in a random basis: first-order perturbation theory for the projector, the chain rule for the root.
        int size = 4 + (s.Rows % 5);
        Tensor q = Normal(s.Seed, size, size).Qr().Q, flat = TensorMath.Concat([Tensor.Full([2], 1, DType.F64), Tensor.Full([size - 2], 4, DType.F64)], 0);
        Tensor a = (q * flat).MatMul(q.Transpose()), weights = Normal(s.Seed + 1, size, size), variable = a.Variable();
        Tensor top = variable.SymmetricEigen().Vectors.Slice(1, 2), projector = top.MatMul(top.Transpose());
        Tensor gradient = Autodiff.Gradient((projector * weights).Sum(), variable), symmetric = (weights + weights.Transpose()) * 0.5;
        Tensor p = projector.Detach(), rest = Eye(size) - p, mixed = p.MatMul(symmetric).MatMul(rest);
        variable = a.Variable();
        Tensor root = Autodiff.Gradient((variable.SymmetricSqrt().Square()).Sum(), variable);
        return Close(gradient, (mixed + mixed.Transpose()) * (1.0 / 3), 1e-9) && Close(root, Eye(size), 1e-9);
    });
}
