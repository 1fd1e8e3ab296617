namespace Adjoint.Models;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub, Van Loan, Matrix Computations, 8.5).</summary>
static class SymmetricEigen
{
    const int MaxSweeps = 60;

    /// <summary>Decomposes the row-major n x n matrix, which is overwritten. Column j of the vectors belongs to value j; no order.</summary>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n)
    {
        var vectors = new double[n * n];
        for (int i = 0; i < n; i++) vectors[(i * n) + i] = 1;
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double off = 0, total = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double square = matrix[(i * n) + j] * matrix[(i * n) + j];
                    total += square;
                    if (i != j) off += square;
                }
            }

            if (off <= total * 1e-28) break;
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++) Rotate(matrix, vectors, n, p, q);
            }
        }

        var values = new double[n];
        for (int i = 0; i < n; i++) values[i] = matrix[(i * n) + i];
        return (values, vectors);
    }

    static void Rotate(double[] a, double[] vectors, int n, int p, int q)
    {
        double apq = a[(p * n) + q];
        if (apq == 0) return;
        double theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * apq);
        double t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < n; k++) Turn(ref a[(k * n) + p], ref a[(k * n) + q], c, s);
        for (int k = 0; k < n; k++) Turn(ref a[(p * n) + k], ref a[(q * n) + k], c, s);
        for (int k = 0; k < n; k++) Turn(ref vectors[(k * n) + p], ref vectors[(k * n) + q], c, s);
    }

    static void Turn(ref double x, ref double y, double c, double s) => (x, y) = ((c * x) - (s * y), (s * x) + (c * y));
}
