namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>
    /// The pseudo-inverse [..., n, m] of a [..., m, n]; singular values of at most <paramref name="cutoff"/> times the largest count as zero. The derivative (Golub, Pereyra 1973) holds where the rank does not change, whether singular
    /// values are equal or not.
    /// </summary>
    /// <param name="a">Matrices.</param>
    /// <param name="cutoff">Relative; null for max(m, n) times the rounding of the dtype.</param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    /// <exception cref="SettingException">The cutoff is negative.</exception>
    public static Tensor PseudoInverse(this Tensor a, double? cutoff = null)
    {
        Require.MinimumRank("pseudo_inverse", "the operand", a, 2);
        double relative = Check.InRange(cutoff ?? DefaultCutoff(a), 0, 1, "cutoff");
        return Autodiff.Custom(
            "pseudo_inverse",
            inputs =>
            {
                var (u, s, v) = inputs[0].Svd();
                Tensor inverse = Eigenbasis.Reciprocals(s, s.LessOrEqual(Largest(s) * relative));
                return (v * inverse.Unsqueeze(-2)).MatMul(u.Transpose());
            },
            static (inputs, p, cotangent) =>
            {
                Tensor pt = p.Transpose(), ct = cotangent.Transpose();
                Tensor left = ct - inputs[0].MatMul(p.MatMul(ct)), right = ct - ct.MatMul(p).MatMul(inputs[0]);
                return [left.MatMul(p).MatMul(pt) + pt.MatMul(p.MatMul(right)) - pt.MatMul(cotangent).MatMul(pt)];
            },
            static (inputs, p, tangents) =>
            {
                Tensor pt = p.Transpose(), tangent = tangents[0]!, tt = tangent.Transpose();
                Tensor left = tt - tt.MatMul(inputs[0]).MatMul(p), right = tt - p.MatMul(inputs[0].MatMul(tt));
                return p.MatMul(pt).MatMul(left) + right.MatMul(pt).MatMul(p) - p.MatMul(tangent).MatMul(p);
            },
            a);
    }

    /// <summary>The number of singular values above <paramref name="cutoff"/> times the largest, [..., m, n] → [...] of i64.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public static Tensor MatrixRank(this Tensor a, double? cutoff = null)
    {
        Tensor s = a.Detach().Svd().S;
        return s.Greater(Largest(s) * Check.InRange(cutoff ?? DefaultCutoff(a), 0, 1, "cutoff")).To(DType.I64).Sum(-1);
    }

    /// <summary>The largest singular value divided by the smallest, [..., m, n] → [...]; infinite for a matrix of less than full rank, up to rounding.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public static Tensor ConditionNumber(this Tensor a)
    {
        Tensor s = a.Svd().S;
        return s.At(-1, 0) / s.At(-1, s.Shape[-1] - 1);
    }

    /// <summary>
    /// The x [..., n, k] that makes |a·x - b| least for a [..., m, n] and b [..., m, k]. By orthogonal factors, for independent columns; with <paramref name="minimumNorm"/> by the pseudo-inverse, which takes any a and gives the shortest x.
    /// </summary>
    /// <param name="a">Matrices.</param>
    /// <param name="b">Right-hand sides as columns.</param>
    /// <param name="minimumNorm">Whether columns may depend on each other; always so where a has fewer rows than columns.</param>
    /// <param name="cutoff">Of the pseudo-inverse.</param>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    /// <exception cref="NumericalException">A column is a multiple of others, to the bit.</exception>
    public static Tensor LeastSquares(this Tensor a, Tensor b, bool minimumNorm = false, double? cutoff = null)
    {
        Require.MinimumRank("least_squares", "the matrix", a, 2);
        if (minimumNorm || a.Shape[-2] < a.Shape[-1]) return a.PseudoInverse(cutoff).MatMul(b);
        var (q, r) = a.Qr();
        return r.SolveTriangular(q.Transpose().MatMul(b), isLower: false);
    }

    /// <summary>The x [..., n, k] that makes |a·x - b|² + penalty·|x|² least for a [..., m, n], b [..., m, k] and a positive penalty, by a Cholesky factor of order min(m, n).</summary>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    /// <exception cref="SettingException">The penalty is negative.</exception>
    /// <exception cref="NumericalException">The penalty is zero, or lost in rounding, and columns depend on each other.</exception>
    public static Tensor Ridge(this Tensor a, Tensor b, double penalty)
    {
        Require.MinimumRank("ridge", "the matrix", a, 2);
        Check.InRange(penalty, 0, double.PositiveInfinity, "penalty");
        Tensor turned = a.Transpose();
        if (a.Shape[-2] < a.Shape[-1]) return turned.MatMul(Penalized(a.MatMul(turned), penalty).CholeskySolve(b));
        return Penalized(turned.MatMul(a), penalty).CholeskySolve(turned.MatMul(b));
    }

    static Tensor Penalized(Tensor gram, double penalty) => (gram + (IdentityLike(gram) * penalty)).Cholesky();

    static double DefaultCutoff(Tensor a) => Math.Max(a.Shape[-1], a.Shape[-2]) * MatrixShapes.Rounding(a.DType);

    static Tensor Largest(Tensor s) => s.Shape[-1] == 0 ? s : s.Slice(-1, 0, 1);
}
