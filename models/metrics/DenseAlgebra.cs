using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Adjoint.Models;

/// <summary>Decompositions of f64 matrices on the host, by a managed library.</summary>
static class DenseAlgebra
{
    static DenseAlgebra() => LinearAlgebraControl.UseManaged();

    /// <summary>Eigenvalues in falling order, and eigenvectors in columns [n, n], each with its entry of largest magnitude above 0.</summary>
    public static (double[] Values, Tensor Vectors) SymmetricEigen(Tensor a)
    {
        int n = a.Shape[0];
        var decomposition = Dense(a).Evd(Symmetricity.Symmetric);
        double[] values = [.. decomposition.EigenValues.Select(static value => value.Real).Reverse()], vectors = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            Vector<double> vector = decomposition.EigenVectors.Column(n - 1 - j);
            double sign = Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
            for (int i = 0; i < n; i++) vectors[(i * n) + j] = sign * vector[i];
        }

        return (values, Tensor.From<double>(vectors, [n, n]));
    }

    /// <summary>a = U diag(values) Vᵀ for [n, m]: U [n, k], V [m, k] with k the smaller size, values in falling order.</summary>
    public static (Tensor Left, double[] Values, Tensor Right) Singular(Tensor a)
    {
        var decomposition = Dense(a).Svd();
        int k = decomposition.S.Count;
        return (Engine(decomposition.U.SubMatrix(0, a.Shape[0], 0, k)), decomposition.S.ToArray(), Engine(decomposition.VT.SubMatrix(0, k, 0, a.Shape[1]).Transpose()));
    }

    /// <summary>a = Q R for [n, p], n ≥ p: Q [n, p] with orthonormal columns, R [p, p] upper triangular.</summary>
    public static (Tensor Q, Tensor R) ThinQr(Tensor a)
    {
        var decomposition = Dense(a).QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        return (Engine(decomposition.Q), Engine(decomposition.R));
    }

    /// <summary>R⁻¹ b for an upper triangular R.</summary>
    public static Tensor SolveUpper(Tensor r, Tensor b)
    {
        int n = r.Shape[0], columns = b.Shape[1];
        double[] matrix = r.Read<double>(), x = b.Read<double>();
        for (int i = n - 1; i >= 0; i--)
        {
            for (int c = 0; c < columns; c++)
            {
                double sum = x[(i * columns) + c];
                for (int k = i + 1; k < n; k++) sum -= matrix[(i * n) + k] * x[(k * columns) + c];
                x[(i * columns) + c] = sum / matrix[(i * n) + i];
            }
        }

        return Tensor.From<double>(x, [n, columns]);
    }

    /// <summary>a⁻¹ b for a symmetric positive definite matrix.</summary>
    public static Tensor SolvePositive(Tensor a, Tensor b) => Engine(Dense(a).Cholesky().Solve(Dense(b)));

    static Matrix<double> Dense(Tensor a) => Matrix<double>.Build.DenseOfRowMajor(a.Shape[0], a.Shape[1], a.Read<double>());

    static Tensor Engine(Matrix<double> a) => Tensor.From<double>(a.ToRowMajorArray(), [a.RowCount, a.ColumnCount]);
}
