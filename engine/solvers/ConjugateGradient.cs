namespace Adjoint;

/// <summary>Symmetric positive definite systems by products with the matrix alone: Hestenes, Stiefel 1952. Each row of a batch goes its own way.</summary>
public static class ConjugateGradient
{
    /// <summary>Approximate solutions of A·x = b after a fixed number of iterations, of any number of systems at once; works inside plans.</summary>
    /// <param name="product">v ↦ A·v for v of b's shape; linear, symmetric and positive definite in the last axis.</param>
    /// <param name="b">[..., n]</param>
    /// <param name="iterations">At most n are needed but for rounding. A system that is solved stays as it is.</param>
    public static Tensor Solve(Func<Tensor, Tensor> product, Tensor b, int iterations)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentNullException.ThrowIfNull(b);
        Require.MinimumRank("conjugate_gradient", "the right side", b, 1);
        Check.AtLeast(iterations, 1, "ConjugateGradient iterations");
        Tensor x = b.ZerosLike(), rest = b, direction = b, square = Dot(rest, rest);
        for (int i = 0; i < iterations; i++)
        {
            Tensor image = product(direction), step = Ratio(square, Dot(direction, image));
            x += direction * step;
            rest -= image * step;
            Tensor next = Dot(rest, rest);
            direction = rest + (direction * Ratio(next, square));
            square = next;
        }

        return x;
    }

    /// <summary>
    /// The same, as a function of b alone whose derivative is another solution: A⁻¹ is symmetric, so cotangents and tangents are solved for as b was. No tape through the iterations; none flows
    /// to what the product captures.
    /// </summary>
    /// <inheritdoc cref="Solve"/>
    public static Tensor Inverse(Func<Tensor, Tensor> product, Tensor b, int iterations) => Autodiff.Custom(
        "conjugate_gradient",
        inputs => Solve(product, inputs[0], iterations),
        (_, _, cotangent) => [Inverse(product, cotangent, iterations)],
        (_, _, tangents) => Inverse(product, tangents[0]!, iterations),
        b);

    static Tensor Dot(Tensor x, Tensor y) => (x * y).Sum(-1, keepAxes: true);

    // 0 over 0 is 0: nothing is left to do.
    internal static Tensor Ratio(Tensor x, Tensor y)
    {
        Tensor isZero = y.Equal(0);
        return TensorMath.Where(isZero, y.ZerosLike(), x / TensorMath.Where(isZero, y.OnesLike(), y));
    }
}
