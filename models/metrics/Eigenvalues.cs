using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Adjoint.Models;

/// <summary>Eigenvalues of a general real matrix, by reduction to Hessenberg form and shifted QR steps in a managed library (MathNet.Numerics).</summary>
public static class Eigenvalues
{
    static Eigenvalues() => LinearAlgebraControl.UseManaged();

    /// <summary>The eigenvalues in order of falling real part, then falling imaginary part; those that are not real come in conjugate pairs.</summary>
    /// <param name="matrix">A square matrix [n, n] of any float dtype.</param>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="SettingException">An entry is not finite.</exception>
    public static Complex[] Of(Tensor matrix)
    {
        Tensor a = MetricChecks.Rows("Eigenvalues", "the operand", matrix);
        if (a.Shape[0] != a.Shape[1]) throw new ShapeException($"Eigenvalues: the matrix {matrix.Shape} is not square. Pass [n, n].");
        double[] values = a.Read<double>();
        MetricChecks.Sample("Eigenvalues", "the matrix", values);
        Complex[] eigenvalues = [.. Matrix<double>.Build.DenseOfRowMajor(a.Shape[0], a.Shape[0], values).Evd(Symmetricity.Asymmetric).EigenValues];
        Array.Sort(eigenvalues, static (x, y) => x.Real != y.Real ? y.Real.CompareTo(x.Real) : y.Imaginary.CompareTo(x.Imaginary));
        return eigenvalues;
    }
}
