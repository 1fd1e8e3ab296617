namespace Adjoint;

/// <summary>Divergences Σ ∂f_i/∂x_i of functions that treat the rows of [batch, n] separately, with the values; differentiable again.</summary>
public static class Divergence
{
    /// <summary>The exact one, by one reverse walk over n copies of the batch, each of which is pulled back along one axis.</summary>
    /// <returns>f(x) [batch, n] and the divergence [batch].</returns>
    /// <exception cref="ShapeException">x or f(x) does not have the shape [batch, n].</exception>
    public static (Tensor Value, Tensor Divergence) Exact(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        Require.Rank("divergence", "the point", x, 2);
        int batch = x.Shape[0], n = x.Shape[1];
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor copies = x.Unsqueeze(0).Expand([n, batch, n]).Reshape([n * batch, n]).Variable();
        Tensor value = f(copies);
        CheckShape(value, copies.Shape);
        Tensor basis = Tensor.Eye(n, x.DType, x.Device).Unsqueeze(1).Expand([n, batch, n]);
        Tensor rows = Autodiff.Vjp([value], [copies], [basis.Reshape([n * batch, n])], outer)[0];
        using var rest = Tape.Recording(outer);
        return (value.Slice(0, 0, batch), (rows.Reshape([n, batch, n]) * basis).Sum([0, 2]));
    }

    /// <summary>
    /// Hutchinson's estimate probeᵀ·J·probe, of which the mean over probes of mean 0 and covariance 1 is the divergence. One reverse walk. Keep a probe for a whole solution. Hutchinson 1990.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="x">[batch, ...]</param>
    /// <param name="probe">Of x's shape, such as <see cref="Rademacher"/> or normal numbers.</param>
    /// <returns>f(x) and the estimate [batch].</returns>
    public static (Tensor Value, Tensor Divergence) Hutchinson(Func<Tensor, Tensor> f, Tensor x, Tensor probe)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        Require.MinimumRank("divergence", "the point", x, 1);
        bool outer = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = x.Variable(), value = f(variable);
        CheckShape(value, x.Shape);
        Tensor pulled = Autodiff.Vjp([value], [variable], [probe], outer)[0];
        using var rest = Tape.Recording(outer);
        Tensor product = pulled * probe;
        return (value, product.Rank == 1 ? product : product.Reshape([x.Shape[0], -1]).Sum(1));
    }

    /// <summary>Signs, each with probability 1/2: the probes of least variance where the Jacobian's diagonal is all that there is.</summary>
    public static Tensor Rademacher(this Generator generator, Shape shape, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return generator.Bernoulli(shape, 0.5).To(dtype).Affine(2, -1);
    }

    static void CheckShape(Tensor value, Shape shape)
    {
        if (value.Shape != shape) throw new ShapeException($"divergence: f maps {shape} to {value.Shape}, not to its own shape. Flatten the samples.");
    }
}
