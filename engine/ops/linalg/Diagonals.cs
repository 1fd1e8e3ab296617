namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>The diagonals of matrices of the last two axes, [..., m, n] → [..., min(m, n)]; a view where x lies dense.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public static Tensor Diagonal(this Tensor x)
    {
        Require.MinimumRank("diagonal", "the operand", x, 2);
        int rows = x.Shape[-2], columns = x.Shape[-1], count = Math.Min(rows, columns);
        return x.Reshape([.. x.Shape[..^2], rows * columns]).Slice(-1, 0, count == 0 ? 0 : ((count - 1) * (columns + 1)) + 1, columns + 1);
    }

    /// <summary>Matrices with x on the diagonal and zeros elsewhere, [..., n] → [..., n, n].</summary>
    /// <exception cref="ShapeException">x is a scalar.</exception>
    public static Tensor DiagonalMatrix(this Tensor x)
    {
        Require.MinimumRank("diagonal_matrix", "the operand", x, 1);
        int size = x.Shape[-1];
        Shape rows = [.. x.Shape[..^1], size * size];
        return Dispatch.Run(new Embed(new Slice(rows.Rank - 1, 0, size, size + 1), rows), x).Reshape([.. x.Shape[..^1], size, size]);
    }

    /// <summary>The sums of the diagonals of matrices of the last two axes, [..., m, n] → [...].</summary>
    public static Tensor Trace(this Tensor x) => x.Diagonal().Sum(-1);

    // Identity matrices that broadcast.
    internal static Tensor IdentityLike(Tensor x) => Tensor.Eye(x.Shape[-1], x.DType, x.Device);
}
