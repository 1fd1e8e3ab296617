namespace Adjoint;

/// <summary>Least squares by products with a matrix and its transpose alone: Paige, Saunders 1982. Each row of a batch goes its own way.</summary>
public static class Lsqr
{
    /// <summary>
    /// Approximate minimisers of |A·x - b|² + damping²·|x|² after a fixed number of iterations, of any number of systems at once; works inside plans. Without damping, and where several x are
    /// best, the shortest. Derivatives flow through the iterations.
    /// </summary>
    /// <param name="product">x ↦ A·x, [..., n] → [..., m], linear in the last axis.</param>
    /// <param name="transposed">y ↦ Aᵀ·y, [..., m] → [..., n].</param>
    /// <param name="b">[..., m]</param>
    /// <param name="iterations">At most min(m, n) are needed but for rounding. A system that is solved stays as it is.</param>
    /// <param name="damping">Weight of the length of x.</param>
    /// <exception cref="SettingException">Fewer than one iteration, or a negative damping.</exception>
    public static Tensor Solve(Func<Tensor, Tensor> product, Func<Tensor, Tensor> transposed, Tensor b, int iterations, double damping = 0)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentNullException.ThrowIfNull(transposed);
        ArgumentNullException.ThrowIfNull(b);
        Require.MinimumRank("lsqr", "the right side", b, 1);
        Check.AtLeast(iterations, 1, "Lsqr iterations");
        Check.InRange(damping, 0, double.MaxValue, "Lsqr damping");

        // Bidiagonalisation from b: β·u and α·v are what is left of A·v and Aᵀ·u; rotations keep the triangle whose last entries are ρ and φ.
        var (beta, u) = Split(b);
        var (alpha, v) = Split(transposed(u));
        Tensor direction = v, rho = alpha, phi = beta, x = v.ZerosLike();
        for (int i = 0; i < iterations; i++)
        {
            (beta, u) = Split(product(v) - (u * alpha));
            (alpha, Tensor next) = Split(transposed(u) - (v * beta));
            if (damping > 0)
            {
                Tensor damped = Norm(rho, damping);
                phi *= ConjugateGradient.Ratio(rho, damped);
                rho = damped;
            }

            Tensor length = (rho.Square() + beta.Square()).SafeRoot(), cosine = ConjugateGradient.Ratio(rho, length), sine = ConjugateGradient.Ratio(beta, length);
            x += direction * ConjugateGradient.Ratio(cosine * phi, length);
            direction = next - (direction * ConjugateGradient.Ratio(sine * alpha, length));
            rho = -(cosine * alpha);
            phi = sine * phi;
            v = next;
        }

        return x;
    }

    static Tensor Norm(Tensor x, double y) => (x.Square() + (y * y)).Sqrt();

    static (Tensor Length, Tensor Unit) Split(Tensor x)
    {
        Tensor length = x.Square().Sum(-1, keepAxes: true).SafeRoot();
        return (length, ConjugateGradient.Ratio(x, length.Expand(x.Shape)));
    }
}
