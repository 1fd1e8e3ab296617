namespace Adjoint.Models.GaussianProcesses;

/// <summary>The same variance for every pair: an unknown offset, or the scale of a product.</summary>
public sealed class ConstantKernel : Kernel
{
    readonly HyperParameter variance;

    /// <summary>Makes the kernel.</summary>
    /// <exception cref="SettingException">The variance is not above 0.</exception>
    public ConstantKernel(double variance = 1, Prior? prior = null, bool isLearned = true) => this.variance = Positive("variance", [variance], prior, isLearned);

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return variance.Value.Expand([x.Shape[0], y.Shape[0]]);
    }

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return variance.Value.Expand([x.Shape[0]]);
    }
}

/// <summary>A variance of each observation alone, nothing between different ones.</summary>
public sealed class WhiteKernel : Kernel
{
    readonly HyperParameter variance;

    /// <summary>Makes the kernel.</summary>
    /// <exception cref="SettingException">The variance is not above 0.</exception>
    public WhiteKernel(double variance = 1, Prior? prior = null, bool isLearned = true) => this.variance = Positive("variance", [variance], prior, isLearned);

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Tensor.Zeros([x.Shape[0], y.Shape[0]], DType.F64);
    }

    /// <inheritdoc/>
    public override Tensor Gram(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Tensor.Eye(x.Shape[0], DType.F64) * variance.Value;
    }

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return variance.Value.Expand([x.Shape[0]]);
    }
}

/// <summary>σ² x·y: Bayesian linear regression without a constant, which a <see cref="ConstantKernel"/> adds.</summary>
public sealed class LinearKernel : Kernel
{
    readonly HyperParameter variance;

    /// <summary>Makes the kernel.</summary>
    /// <exception cref="SettingException">The variance is not above 0.</exception>
    public LinearKernel(double variance = 1, Prior? prior = null, bool isLearned = true) => this.variance = Positive("variance", [variance], prior, isLearned);

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y) => x.MatMul(y.Transpose()) * variance.Value;

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x) => x.Square().Sum(1) * variance.Value;
}

/// <summary>
/// x·y / (|x|² + |y|² - x·y), for fingerprints of bits or counts: the share of common features (Tanimoto 1958; positive semidefinite: Ralaivola et al. 2005). Two empty fingerprints count as equal.
/// </summary>
public sealed class TanimotoKernel : Kernel
{
    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y)
    {
        Tensor common = x.MatMul(y.Transpose()), all = x.Square().Sum(1, keepAxes: true) + y.Square().Sum(1) - common;
        Tensor isEmpty = all.LessOrEqual(0), one = all.OnesLike();
        return TensorMath.Where(isEmpty, one, common / TensorMath.Where(isEmpty, one, all));
    }

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Tensor.Ones([x.Shape[0]], DType.F64);
    }
}
