namespace Adjoint.Models.GaussianProcesses;

/// <summary>A function of the squared distance Σ ((x_k - y_k)/ℓ_k)², with one length scale a feature (automatic relevance determination) or one for all. The variance is 1; multiply by a <see cref="ConstantKernel"/> for another.</summary>
public abstract class StationaryKernel : Kernel
{
    readonly HyperParameter lengthScales;

    private protected StationaryKernel(ReadOnlySpan<double> lengthScales, Prior? prior, bool isLearned) => this.lengthScales = Positive("length_scales", lengthScales, prior, isLearned);

    /// <summary>The length scales, one or as many as features.</summary>
    public HyperParameter LengthScales => lengthScales;

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y) => OfSquaredDistance(ScaledDistance.Squared(x, y, lengthScales.Value));

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Tensor.Ones([x.Shape[0]], DType.F64);
    }

    /// <summary>The kernel as a function of the squared distance; 1 at 0, with finite derivatives there as far as the kernel has them.</summary>
    protected abstract Tensor OfSquaredDistance(Tensor squared);
}

/// <summary>exp(-s/2) for the squared distance s: infinitely smooth.</summary>
public sealed class RbfKernel(ReadOnlySpan<double> lengthScales, Prior? prior = null, bool isLearned = true) : StationaryKernel(lengthScales, prior, isLearned)
{
    /// <inheritdoc/>
    protected override Tensor OfSquaredDistance(Tensor squared) => (squared * -0.5).Exp();
}

/// <summary>exp(-r): continuous, nowhere smooth.</summary>
public sealed class Matern12Kernel(ReadOnlySpan<double> lengthScales, Prior? prior = null, bool isLearned = true) : StationaryKernel(lengthScales, prior, isLearned)
{
    /// <inheritdoc/>
    protected override Tensor OfSquaredDistance(Tensor squared) => MaternProfile.Half(squared);
}

/// <summary>(1 + √3 r) exp(-√3 r): once differentiable.</summary>
public sealed class Matern32Kernel(ReadOnlySpan<double> lengthScales, Prior? prior = null, bool isLearned = true) : StationaryKernel(lengthScales, prior, isLearned)
{
    /// <inheritdoc/>
    protected override Tensor OfSquaredDistance(Tensor squared) => MaternProfile.ThreeHalves(squared);
}

/// <summary>(1 + √5 r + 5r²/3) exp(-√5 r): twice differentiable.</summary>
public sealed class Matern52Kernel(ReadOnlySpan<double> lengthScales, Prior? prior = null, bool isLearned = true) : StationaryKernel(lengthScales, prior, isLearned)
{
    /// <inheritdoc/>
    protected override Tensor OfSquaredDistance(Tensor squared) => MaternProfile.FiveHalves(squared);
}
