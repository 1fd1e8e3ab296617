namespace Adjoint.Tests;

static partial class TorchCases
{
    static Tensor Definite(Tensor x) => x.MatMul(x.Transpose()) + (Tensor.Eye(x.Shape[-1]) * 2);

    static Tensor Dominant(Tensor x) => x + (Tensor.Eye(x.Shape[-1]) * 4);

    static Tensor Spread(Tensor x)
    {
        int rows = x.Shape[-2], columns = x.Shape[-1], least = Math.Min(rows, columns);
        return (x * 0.3) + Tensor.Range(least, 1, 1, DType.F32).DiagonalMatrix().Pad(0, 0, rows - least).Pad(1, 0, columns - least);
    }

    static Tensor Rebuilt(Tensor x, Func<Tensor, Tensor> f)
    {
        var (values, vectors) = ((Spread(x) + Spread(x).Transpose()) / 2).SymmetricEigen();
        return (vectors * f(values).Unsqueeze(-2)).MatMul(vectors.Transpose());
    }

    static Tensor Tapered(Tensor x)
    {
        var (u, s, v) = Spread(x).Svd();
        return (u * (s * 0.3).Tanh().Unsqueeze(-2)).MatMul(v.Transpose());
    }

    static Dictionary<string, Function> Linalg
    {
        get
        {
            var cases = new Dictionary<string, Function>
            {
                ["cholesky"] = x => Definite(x[0]).Cholesky(),
                ["cholesky_batched"] = x => Definite(x[0]).Cholesky(),
                ["cholesky_solve"] = x => Definite(x[0]).Cholesky().CholeskySolve(x[1]),
                ["log_determinant"] = x => Definite(x[0]).LogDeterminant(),
                ["triangular_lower"] = x => Dominant(x[0]).SolveTriangular(x[1]),
                ["triangular_upper"] = x => Dominant(x[0]).SolveTriangular(x[1], isLower: false),
                ["triangular_transposed"] = x => Dominant(x[0]).SolveTriangular(x[1], isTransposed: true),
                ["triangular_unit"] = x => Dominant(x[0]).SolveTriangular(x[1], hasUnitDiagonal: true),
                ["triangular_right"] = x => Dominant(x[0]).SolveTriangular(x[1], isRight: true),
                ["triangular_broadcast"] = x => Dominant(x[0]).SolveTriangular(x[1]),
                ["solve"] = x => Dominant(x[0]).Solve(x[1]),
                ["solve_vector"] = x => Dominant(x[0]).Solve(x[1]),
                ["solve_batched"] = x => Dominant(x[0]).Solve(x[1]),
                ["solve_broadcast"] = x => Dominant(x[0]).Solve(x[1]),
                ["inverse"] = x => Dominant(x[0]).Inverse(),
                ["determinant"] = x => x[0].Determinant(),
                ["determinant_batched"] = x => x[0].Determinant(),
                ["log_abs_determinant"] = x => Dominant(x[0]).LogAbsDeterminant().LogAbs,
                ["sign_of_determinant"] = x => x[0].LogAbsDeterminant().Sign,
                ["eigenvalues"] = x => ((Spread(x[0]) + Spread(x[0]).Transpose()) / 2).SymmetricEigen().Values,
                ["eigen_function"] = x => Rebuilt(x[0], w => (w * 0.3).Tanh()),
                ["eigen_function_batched"] = x => Rebuilt(x[0], w => (w * 0.2).Exp()),
                ["eigen_projector"] = x => Rebuilt(x[0], w => w.Greater(2.5).To(DType.F32)),
                ["symmetric_sqrt"] = x => Definite(x[0]).SymmetricSqrt(),
                ["symmetric_inverse_sqrt"] = x => Definite(x[0]).SymmetricInverseSqrt(),
                ["pseudo_inverse_of_lower_rank"] = x => Spread(x[0]).MatMul(Spread(x[1])).PseudoInverse(1e-4),
                ["least_squares"] = x => Spread(x[0]).LeastSquares(x[1]),
                ["least_squares_of_least_norm"] = x => Spread(x[0]).LeastSquares(x[1]),
                ["ridge"] = x => x[0].Ridge(x[1], 0.5),
                ["trace"] = x => x[0].Trace(),
                ["diagonal"] = x => x[0].Diagonal(),
                ["diagonal_matrix"] = x => x[0].DiagonalMatrix(),
                ["lower_triangle"] = x => x[0].LowerTriangle(1),
                ["upper_triangle"] = x => x[0].UpperTriangle(-1),
                ["matrix_exponential"] = x => x[0].MatrixExponential(),
            };
            foreach (string name in (string[])["tall", "square", "wide", "batched"])
            {
                cases[$"qr_q_{name}"] = x => Spread(x[0]).Qr().Q;
                cases[$"qr_r_{name}"] = x => Spread(x[0]).Qr().R;
                cases[$"svd_values_{name}"] = x => Spread(x[0]).Svd().S;
                cases[$"svd_function_{name}"] = x => Tapered(x[0]);
                cases[$"pseudo_inverse_{name}"] = x => Spread(x[0]).PseudoInverse();
            }

            return cases;
        }
    }
}
