namespace Adjoint.Models.DeepIv;

/// <summary>Nodes and weights by which means under a standard normal law become sums: Gauss and Hermite's rule, from the eigenvectors of its Jacobi matrix (Golub, Welsch 1969).</summary>
static class HermiteRule
{
    /// <summary>Nodes [count] and weights [count], exact for polynomials up to degree 2 count - 1.</summary>
    public static (Tensor Nodes, Tensor Weights) Of(int count, DType type)
    {
        var jacobi = new double[count, count];
        for (int i = 1; i < count; i++) jacobi[i, i - 1] = jacobi[i - 1, i] = Math.Sqrt(i);
        var (values, vectors) = Tensor.From(jacobi).SymmetricEigen();
        return (values.To(type), vectors.At(0, 0).Square().To(type));
    }
}
